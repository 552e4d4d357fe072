import Testing

@testable import DockerRun

struct RunnerInstructionsTests {
    private func inFront(_ limits: RunLimits, streams: Bool = false, _ payload: String) -> String {
        let payload = Array(payload.utf8)[...]
        let request = RunRequest(image: "any", payload: payload, limits: limits, streams: streams)
        return String(
            decoding: RunnerInstructions(request, RunTerms(request, RunService.Settings())).inFront(of: payload),
            as: UTF8.self)
    }

    @Test(arguments: [
        ("{}", #"{"docker-run":{"maxTime":2500,"maxOutput":65536}}"#),
        ("{ \n}", "{\"docker-run\":{\"maxTime\":2500,\"maxOutput\":65536} \n}"),
        (#"{"a":1}"#, #"{"docker-run":{"maxTime":2500,"maxOutput":65536},"a":1}"#),
        (
            "{\t\"a\" : 1.10,\"é\":[{}] }",
            "{\"docker-run\":{\"maxTime\":2500,\"maxOutput\":65536},\t\"a\" : 1.10,\"é\":[{}] }"
        ),
        (" \n{\"}\":{}}", "{\"docker-run\":{\"maxTime\":2500,\"maxOutput\":65536},\"}\":{}}"),
    ])
    func `one member is put in front, and the payload's own stay as they were`(_ payload: String, _ expected: String) {
        #expect(inFront(RunLimits(executionTime: .milliseconds(2500), outputSize: 65536), payload) == expected)
    }

    @Test func `only what the run asks for is said, and nothing if that is nothing`() {
        #expect(inFront(RunLimits(executionTime: .seconds(0.1)), "{}") == #"{"docker-run":{"maxTime":100}}"#)
        #expect(inFront(RunLimits(outputSize: 1024), "{}") == #"{"docker-run":{"maxOutput":1024}}"#)
        #expect(inFront(RunLimits(), " {}") == " {}")
        #expect(inFront(RunLimits(), streams: true, "{}") == #"{"docker-run":{"stream":true}}"#)
    }

    @Test func `where people talk with the program all is said, as its container was made with other limits`() {
        let payload = Array("{}".utf8)[...]
        var settings = RunService.Settings()
        (settings.interactive.maxTime, settings.interactive.maxOutputSize) = (300, 5_000_000)
        var request = RunRequest(image: "any", payload: payload)
        request.isInteractive = true
        let inFront = { (request: RunRequest) in
            String(
                decoding: RunnerInstructions(request, RunTerms(request, settings)).inFront(of: payload), as: UTF8.self)
        }
        #expect(
            inFront(request)
                == #"{"docker-run":{"maxTime":300000,"maxOutput":100000,"maxEvents":5000000,"stream":true,"interactive":true}}"#
        )
        request.limits = RunLimits(executionTime: .seconds(120), outputSize: 20_000)
        #expect(
            inFront(request)
                == #"{"docker-run":{"maxTime":120000,"maxOutput":20000,"maxEvents":20000,"stream":true,"interactive":true}}"#
        )
        request.limits = RunLimits(outputSize: 200_000)
        #expect(inFront(request).contains(#""maxOutput":100000,"maxEvents":200000"#))
    }

    @Test func `a part of a longer array is read from where it begins`() throws {
        let body = Array(#"{"payload":{"docker":{"docker-run":1}},"docker-run":2}"#.utf8)
        let payload = body[11..<38]
        try RunnerInstructions.check(payload)
        let request = RunRequest(image: "any", payload: payload, limits: RunLimits(outputSize: 1024))
        let enveloped = RunnerInstructions(request, RunTerms(request, RunService.Settings())).inFront(of: payload)
        #expect(
            String(decoding: enveloped, as: UTF8.self)
                == #"{"docker-run":{"maxOutput":1024},"docker":{"docker-run":1}}"#)
    }

    @Test(arguments: [
        #"{"docker-run":{}}"#, #"{"a":1,"docker-run":null}"#, #"{"d\u006fcker\u002Drun":{"maxTime":1}}"#,
    ])
    func `a payload that speaks for the server is refused`(_ payload: String) {
        #expect(
            throws: RunError.request(
                #""payload" has a member "docker-run", which is the server's to say in a run with limits or events"#)
        ) { try RunnerInstructions.check(Array(payload.utf8)[...]) }
    }

    @Test(arguments: ["", "[]", "{", #"{"a":1}x"#])
    func `a payload that is no object is refused`(_ payload: String) {
        #expect(throws: RunError.self) { try RunnerInstructions.check(Array(payload.utf8)[...]) }
    }
}
