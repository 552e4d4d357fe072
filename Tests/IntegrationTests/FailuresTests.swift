import Foundation
import Testing

extension IntegrationTests {
    /// The rows of the table of errors that a real engine produces.
    @Suite(.serialized) struct Failures {
        let server = try! ServerUnderTest(["RUN_MAX_EXECUTION_TIME": "3", "RUN_MAX_OUTPUT_SIZE": "100000"])

        private func expect(
            _ answer: TestClient.Response, _ status: Int, _ code: String, _ message: String,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            #expect(answer.status == status, "\(answer.text)", sourceLocation: sourceLocation)
            #expect(answer.errorCode == code, sourceLocation: sourceLocation)
            #expect(answer.message.contains(message), "\(answer.message)", sourceLocation: sourceLocation)
            try server.awaitNoContainers()
        }

        @Test func `a daemon that is not there is docker.unixsocket`() throws {
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": "/nonexistent/docker.sock"])
            let answer = try server.run("echo")
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.unixsocket")
            #expect(answer.message.contains("/nonexistent/docker.sock"))
            #expect(try server.get("/version").errorCode == "docker.unixsocket")
        }

        @Test func `an image that is not there is the client's mistake`() throws {
            try expect(
                server.run("no-such-image"), 400, "docker.container.create",
                "Failed to create container: No such image: docker-run-test/no-such-image:latest")
        }

        @Test func `a command that cannot be started is docker.container.start`() throws {
            try expect(
                server.run("no-such-command"), 500, "docker.container.start", "Failed to start container: ")
        }

        @Test func `a payload that nobody reads is docker.container.stream.payload.serialize`() throws {
            let text = String(repeating: "x", count: 1_500_000)
            try expect(
                server.run("deaf", payload: #"{"text":"\#(text)"}"#), 400, "docker.container.stream.payload.serialize",
                "Failed to send payload to stream: ")
        }

        @Test func `a container that ends without reading its stdin is answered when it ends, not at the deadline`()
            throws
        {
            let server = try ServerUnderTest(["RUN_MAX_EXECUTION_TIME": "600"])
            let answer = try server.run("deaf")
            #expect(answer.status == 500)
            #expect(answer.errorCode == "coderunner.stdout.decode")
        }

        @Test func `a run that takes too long is ended at the deadline`() throws {
            try expect(
                server.run(script: "sleep 600"), 400, "limits.execution_time",
                "Failed while reading stream: Max execution time exceeded")
        }

        @Test func `a run that drips white space for ever is ended at the deadline`() throws {
            try expect(
                server.run(script: "while printf ' '; do sleep 0.2; done"), 400, "limits.execution_time",
                "Max execution time exceeded")
        }

        @Test func `a container that never reads a long payload is ended at the deadline`() throws {
            let text = String(repeating: "x", count: 1_500_000)
            let image = try #require(try? Self.importDeafSleeper())
            defer { _ = try? Engine.call("DELETE", "/images/\(image)?force=1") }
            try expect(
                server.run("sleeper", payload: #"{"text":"\#(text)"}"#), 400, "limits.execution_time",
                "Max execution time exceeded")
        }

        /// An image like "deaf" that stays.
        private static func importDeafSleeper() throws -> String {
            let created = try Engine.call("POST", "/containers/create", json: ["Image": "docker-run-test/deaf"])
            let id = try #require(created.json["Id"] as? String)
            defer { try? Engine.remove(id) }
            let command =
                "changes=" + "CMD [\"sleep\",\"600\"]".addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
            try Engine.call(
                "POST", "/commit?container=\(id)&repo=docker-run-test/sleeper&tag=latest&\(command)", json: [:])
            return "docker-run-test/sleeper"
        }

        @Test func `a flood of output is ended at the limit, long before the deadline`() throws {
            let server = try ServerUnderTest(["RUN_MAX_EXECUTION_TIME": "600", "RUN_MAX_OUTPUT_SIZE": "100000"])
            let answer = try server.run(script: "yes 0123456789")
            #expect(answer.status == 400)
            #expect(answer.errorCode == "limits.read.size")
            #expect(answer.message == "Failed while reading stream: Max output size exceeded (100000 bytes)")
            try server.awaitNoContainers()
        }

        @Test func `stdout and stderr share the limit`() throws {
            try expect(
                server.run(script: "head -c 60000 /dev/zero; head -c 60000 /dev/zero >&2"), 400, "limits.read.size",
                "Max output size exceeded (100000 bytes)")
        }

        @Test func `anything on stderr is coderunner.stderr, with the text`() throws {
            try expect(
                server.run(script: "echo it went wrong >&2; exit 1"), 500, "coderunner.stderr",
                "Code runner failed with the following message: it went wrong\n")
        }

        @Test(arguments: ["echo hello", "echo '[]'", "echo '{}{}'", "echo '{'", "true", "printf '{\"a\":\"\\377\"}'"])
        func `a stdout that is not exactly one object is coderunner.stdout.decode`(_ script: String) throws {
            try expect(
                server.run(script: script), 500, "coderunner.stdout.decode",
                "Failed to decode json returned from code runner: ")
        }

        @Test(arguments: [("exec true", 0), ("exit 3", 3)])
        func `a container that ends without a word is told by the code that it exited with`(
            _ script: String, _ exitCode: Int
        ) throws {
            try expect(
                server.run(script: script), 500, "coderunner.stdout.decode",
                "Failed to decode json returned from code runner: it exited with code \(exitCode) and printed nothing")
        }

        @Test func `an image that is not allowed gets 403, whatever the daemon has`() throws {
            let server = try ServerUnderTest(["RUN_ALLOWED_IMAGES": "docker-run-test/e* other/*"])
            #expect(try server.run("echo").status == 200)
            let answer = try server.run("deaf")
            #expect(answer.status == 403)
            #expect(answer.errorCode == "image.not_allowed")
            #expect(answer.message.contains("docker-run-test/deaf"))
        }

        @Test func `a failed run harms no other`() throws {
            let answers = try inParallel(8) { [server] index in
                index.isMultiple(of: 2)
                    ? try server.run(script: "yes") : try server.run("echo", payload: #"{"n":\#(index)}"#)
            }
            for (index, answer) in answers.enumerated() where !index.isMultiple(of: 2) {
                #expect(answer.text == #"{"echo":{"n":\#(index)}}"#)
            }
        }
    }
}
