import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// code-runner in containers whose image knows nothing of it: busybox, here.
    @Suite(.serialized) struct BuiltinRunner {
        static let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../dist/code-runner")
            .standardizedFileURL.path()

        func server(_ changes: [String: String] = [:]) throws -> ServerUnderTest {
            try ServerUnderTest(["RUN_BUILTIN_RUNNER_PATH": Self.path].merging(changes) { $1 })
        }

        func run(
            _ server: ServerUnderTest, _ command: String, stdin: String = "", image: String = "docker-run-test/deaf",
            language: String = "", files: [String: String] = [:]
        ) throws -> TestClient.Response {
            try server.post(body(command, stdin: stdin, image: image, language: language, files: files))
        }

        func body(
            _ command: String, stdin: String = "", image: String = "docker-run-test/deaf", language: String = "",
            files: [String: String] = [:]
        ) throws -> String {
            let request: [String: Any] = [
                "image": image, "runner": "builtin",
                "payload": [
                    "language": language, "files": files.map { ["name": $0, "content": $1] }, "command": command,
                    "stdin": stdin,
                ],
            ]
            return String(decoding: try JSONSerialization.data(withJSONObject: request), as: UTF8.self)
        }

        @Test func `it takes the place of the image's command`() throws {
            let answer = try run(server(), "cat; echo é; exit 3", stdin: "in\n")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["stdout"] as? String == "in\né\n")
            #expect(answer.json["error"] as? String == "Exit code: 3")
        }

        @Test func `it works in an image of Debian's as in one of busybox`() throws {
            let answer = try run(server(), "python3 -c 'print(6 * 7)'", image: "docker-run/python")
            #expect(answer.json["stdout"] as? String == "42\n", "\(answer.text)")
        }

        @Test func `it unpacks what the image has ready, before the files`() throws {
            let answer = try run(
                server(), "cat library/file library/other", image: "docker-run-test/bootstrap",
                files: ["library/file": "from the payload\n"])
            #expect(answer.json["stdout"] as? String == "from the payload\nfrom the bootstrap\n", "\(answer.text)")
            #expect(answer.json["build"] == nil)
        }

        @Test func `it works with a read-only root, and for a user without a name`() throws {
            let server = try server([
                "DOCKER_CONTAINER_READONLY_ROOTFS": "true", "DOCKER_CONTAINER_USER": "4711:4711",
                "DOCKER_CONTAINER_CAP_DROP": "ALL",
            ])
            let answer = try run(server, "id -u; touch $HOME/home $TMPDIR/tmp && echo written")
            #expect(answer.json["stdout"] as? String == "4711\nwritten\n", "\(answer.text)")
        }

        @Test func `a temporary file may be a program, also where the directory for temporary files is a noexec mount`()
            throws
        {
            let program =
                "printf '#!/bin/sh\necho ran' > $TMPDIR/t; busybox chmod +x $TMPDIR/t; $TMPDIR/t; ls; touch $HOME/t"
            for image in ["docker-run-test/deaf", "docker-run/bash"] {
                let server = try server([
                    "DOCKER_CONTAINER_READONLY_ROOTFS": "true", "DOCKER_CONTAINER_USER": "4711",
                    "DOCKER_CONTAINER_TMP_DIR_PATH": "/tmp", "DOCKER_CONTAINER_WORK_DIR_PATH": "/home/glot",
                ])
                let answer = try run(server, program, image: image)
                #expect(answer.json["stdout"] as? String == "ran\n", "\(answer.text)")
                #expect(answer.json["stderr"] as? String == "")
            }
        }

        @Test func `a work directory that cannot be written to is an error that says which setting to change`() throws {
            let server = try server([
                "DOCKER_CONTAINER_USER": "4711", "DOCKER_CONTAINER_WORK_DIR_PATH": "/box",
                "DOCKER_CONTAINER_WORK_DIR_OPTIONS": "rw,exec,size=1m,uid=0,gid=0,mode=0755",
            ])
            let answer = try run(server, "true", files: ["a": ""])
            #expect(answer.errorCode == "coderunner.stderr")
            #expect(answer.message.contains("/box as user 4711"), "\(answer.text)")
            #expect(answer.message.contains("DOCKER_CONTAINER_WORK_DIR_OPTIONS"))
        }

        @Test func `programs speak UTF-8, also where the image says nothing of languages`() throws {
            let answer = try run(server(), "echo $LANG")
            #expect(answer.json["stdout"] as? String == "C.UTF-8\n", "\(answer.text)")
        }

        @Test func `a program that never ends has its partial output before the server's deadline`() throws {
            let answer = try run(server(["RUN_MAX_EXECUTION_TIME": "3"]), "echo so far; sleep 600")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["stdout"] as? String == "so far\n")
            #expect((answer.json["error"] as? String)?.hasPrefix("Time limit exceeded") == true)
        }

        @Test func `output beyond the server's limit is cut, not lost`() throws {
            let answer = try run(
                server(["RUN_MAX_OUTPUT_SIZE": "20000"]), "echo head; head -c 1000000 /dev/zero; echo tail")
            #expect(answer.status == 200, "\(answer.text.prefix(300))")
            let text = try #require(answer.json["stdout"] as? String)
            #expect(text.hasPrefix("head\n"))
            #expect(text.hasSuffix("tail\n"))
        }

        @Test func `without a path it is refused, as is any other runner`() throws {
            let server = try ServerUnderTest()
            let refused = try run(server, "true")
            #expect(refused.status == 400)
            #expect(refused.message.contains("RUN_BUILTIN_RUNNER_PATH"))
            let unknown = try server.post(#"{"image":"x","runner":"other","payload":{}}"#)
            #expect(unknown.status == 400)
            #expect(unknown.message == #""runner" must be "image" or "builtin""#)
        }

        @Test func `a path that does not exist is an error that names it`() throws {
            let answer = try run(server(["RUN_BUILTIN_RUNNER_PATH": "/no/such/code-runner"]), "true")
            #expect(answer.errorCode == "docker.container.create")
            #expect(answer.message.contains("/no/such/code-runner"))
        }

        @Test func `a program cannot print a result in place of its runner`() throws {
            let answer = try run(server(), "echo '{\"forged\":1}' > /proc/1/fd/1; cat /proc/1/environ; echo $?")
            #expect(answer.json["forged"] == nil, "\(answer.text)")
            #expect(answer.json["stdout"] as? String == "1\n")
        }

        @Test func `a fork bomb takes no processes from other containers of its user`() throws {
            let server = try server(["SERVER_WORKER_THREADS": "2", "DOCKER_CONTAINER_USER": "1000"])
            let bomb = try server.begin(body: body("fork() { fork | fork & }; fork; sleep 600"))
            try eventually("the bomb does not start") { try server.containers().contains { $0.state == "running" } }
            let answer = try run(server, "for i in 1 2 3 4 5 6 7 8; do sleep 0 & done; wait; echo fine")
            #expect(answer.json["stdout"] as? String == "fine\n", "\(answer.text)")
            withExtendedLifetime(bomb) {}
        }
    }
}
