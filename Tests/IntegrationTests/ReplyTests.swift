import Foundation
import Testing

extension IntegrationTests {
    /// When a run is answered, and what its container is run by.
    @Suite(.serialized) struct Reply {
        @Test func `a result is answered when it is complete, and what the container does then ends`() throws {
            let server = try ServerUnderTest(["RUN_MAX_EXECUTION_TIME": "600"])
            let answer = try server.run(script: #"echo '{"a":1}'; sleep 600"#)
            #expect(answer.text == #"{"a":1}"#)
            try server.awaitNoContainers()
        }

        @Test func `a result is answered when the container has ended, if that is wanted`() throws {
            let script = #"echo '{"a":1}'; sleep 1; echo more"#
            let server = try ServerUnderTest()
            #expect(try server.run(script: script).text == #"{"a":1}"#)
            let patient = try ServerUnderTest(["RUN_REPLY_AT": "exit"])
            #expect(try patient.run(script: script).errorCode == "coderunner.stdout.decode")
            #expect(try patient.run(script: #"echo '{"a":1}'; sleep 1"#).text == #"{"a":1}"#)
        }

        @Test func `what comes together with a result, behind it, is an error`() throws {
            let server = try ServerUnderTest()
            #expect(try server.run(script: "echo '{} more'").errorCode == "coderunner.stdout.decode")
        }

        @Test func `a result may come in ten thousand pieces`() throws {
            let server = try ServerUnderTest()
            let script =
                #"printf '{"a":"'; for i in 0 1 2 3 4 5 6 7 8 9; do j=0; while [ $j -lt 1000 ]; do printf x; "#
                + #"j=$((j+1)); done; done; printf '"}'"#
            let answer = try server.run(script: script)
            #expect(answer.json["a"] as? String == String(repeating: "x", count: 10_000))
        }

        /// The engine's runtimes besides its own, as far as they are installed.
        static let runtimes = ["crun", "runsc"].filter { (try? Engine.runtimes().contains($0)) == true }

        @Test(arguments: runtimes)
        func `images may have a runtime of their own, cold and warm`(_ runtime: String) throws {
            let server = try ServerUnderTest([
                "RUN_RUNTIMES": "docker-run-test/e*=\(runtime)", "POOL_MAX_IDLE": "2", "LOG_LEVEL": "debug",
                "POOL_IMAGES": "docker-run-test/shell=1",
            ])
            #expect(try Engine.runtime(of: server.awaitWaiting(1)[0]) == "runc")
            #expect(try server.run("echo").text == #"{"echo":{}}"#)
            let waiting = try server.awaitWaiting(2)
            #expect(Set(try waiting.map(Engine.runtime)) == ["runc", runtime])
            let answer = try server.run("echo", payload: #"{"a":1}"#)
            #expect(answer.text == #"{"echo":{"a":1}}"#)
            #expect(answer.isWarm)
        }
    }
}
