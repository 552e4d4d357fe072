import Foundation
import Testing

extension IntegrationTests {
    /// The image of `make run`, and the request that the README shows.
    @Suite(.serialized) struct PythonImage {
        let server = try! ServerUnderTest([
            "DOCKER_CONTAINER_READONLY_ROOTFS": "true", "DOCKER_CONTAINER_TMP_DIR_PATH": "/tmp",
            "DOCKER_CONTAINER_WORK_DIR_PATH": "/home/glot", "DOCKER_CONTAINER_CAP_DROP": "ALL",
        ])

        private func run(_ code: String, stdin: String = "") throws -> [String: Any] {
            let request: [String: Any] = [
                "image": "docker-run/python:latest",
                "payload": [
                    "language": "python", "stdin": stdin, "files": [["name": "main.py", "content": code]],
                ],
            ]
            let answer = try server.post(
                String(decoding: try JSONSerialization.data(withJSONObject: request), as: UTF8.self))
            try #require(answer.status == 200, "\(answer.text)")
            return answer.json
        }

        @Test func `the README's example prints 42`() throws {
            let result = try run("print(6 * 7)")
            #expect(result["stdout"] as? String == "42\n")
            #expect(result["stderr"] as? String == "")
            #expect(result["error"] as? String == "")
            #expect((result["duration"] as? Int ?? 0) > 0)
        }

        @Test func `stdin, stderr and an exit code come through`() throws {
            let result = try run(
                "import sys; print(input()); print('no', file=sys.stderr); sys.exit(3)", stdin: "caffè\n")
            #expect(result["stdout"] as? String == "caffè\n")
            #expect(result["stderr"] as? String == "no\n")
            #expect(result["error"] as? String == "Exit code: 3")
        }
    }
}
