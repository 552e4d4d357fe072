import Testing

@testable import DockerRun
@testable import Server

struct RunLimitsBodyTests {
    private func request(_ body: String) throws(RunError) -> RunRequest {
        try RunRequest(body: Array(body.utf8)) { name throws(RunError) in throw .language(name, known: []) }
    }

    private func limits(_ json: String) throws(RunError) -> RunLimits {
        try request(#"{"image":"x","payload":{},"limits":\#(json)}"#).limits
    }

    @Test func `each limit may be there or not, in any order, its name with escapes or without`() throws {
        #expect(try request(#"{"image":"x","payload":{}}"#).limits == RunLimits())
        #expect(try limits("{}") == RunLimits())
        #expect(
            try limits(#"{"outputSize":65536,"execution\u0054ime":2.5}"#)
                == RunLimits(executionTime: .milliseconds(2500), outputSize: 65536))
        #expect(
            try limits(#"{"cpus":0.5,"pids":32,"memory":134217728}"#)
                == RunLimits(memory: 134_217_728, pids: 32, nanoCPUs: 500_000_000))
    }

    @Test func `a whole number may be written as any other`() throws {
        #expect(try limits(#"{"outputSize":1.0E+5}"#).outputSize == 100_000)
        #expect(try limits(#"{"executionTime":1}"#).executionTime == .seconds(1))
        #expect(try limits(#"{"executionTime":25e-1}"#).executionTime == .milliseconds(2500))
    }

    @Test(arguments: [
        ("null", #""limits" is not an object"#), ("[]", #""limits" is not an object"#),
        ("1", #""limits" is not an object"#), (#""{}""#, #""limits" is not an object"#),
        (#"{"executionTime":"1"}"#, #""limits.executionTime" is not a number"#),
        (#"{"executionTime":null}"#, #""limits.executionTime" is not a number"#),
        (#"{"executionTime":true}"#, #""limits.executionTime" is not a number"#),
        (#"{"outputSize":[1]}"#, #""limits.outputSize" is not a number"#),
        (#"{"memory":"64m"}"#, #""limits.memory" is not a number"#),
        (#"{"memory":67108864.5}"#, #""limits.memory" is not a whole number"#),
        (#"{"pids":false}"#, #""limits.pids" is not a number"#),
        (#"{"pids":2.5}"#, #""limits.pids" is not a whole number"#),
        (#"{"cpus":{}}"#, #""limits.cpus" is not a number"#),
        (#"{"outputSize":2000.5}"#, #""limits.outputSize" is not a whole number"#),
        (#"{"outputSize":2000,"outputSize":2000}"#, #""limits.outputSize" is there twice"#),
        (
            #"{"executiontime":1}"#,
            #""limits.executiontime" is unknown; there are executionTime, outputSize, memory, pids, cpus"#
        ),
        (#"{"":1}"#, #""limits." is unknown; there are executionTime, outputSize, memory, pids, cpus"#),
    ])
    func `what is not of its kind, unknown or there twice is refused by its name`(_ json: String, _ reason: String) {
        #expect(throws: RunError.limits(reason)) { try limits(json) }
    }

    @Test func `numbers that nothing can hold are as far outside as can be`() throws {
        for (json, seconds) in [("1e400", 1e9), ("-1e400", -1e9), ("1e30", 1e9)] {
            #expect(try limits(#"{"executionTime":\#(json)}"#).executionTime == .seconds(seconds))
        }
        #expect(try limits(#"{"outputSize":1e400}"#).outputSize == .max)
        #expect(try limits(#"{"outputSize":-1e30}"#).outputSize == .min)
        #expect(try limits(#"{"cpus":1e400}"#).nanoCPUs == .max)
    }

    @Test func `limits that are there twice are refused`() {
        #expect(throws: RunError.request(#""limits" is there twice"#)) {
            try request(#"{"image":"x","payload":{},"limits":{},"limits":{}}"#)
        }
    }
}
