import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    /// Languages that get ready while their container waits.
    @Suite(.serialized) struct Preludes {
        private static let image = "docker-run/python:latest"

        private func server(_ changes: [String: String] = [:]) throws -> ServerUnderTest {
            let settings = [
                "POOL_IMAGES": "\(Self.image)=1", "POOL_MAX_IDLE": "1", "LOG_LEVEL": "debug",
                "DOCKER_CONTAINER_WORK_DIR_PATH": "/home/glot", "PRELUDE": "always",
            ]
            return try ServerUnderTest(settings.merging(changes) { $1 })
        }

        /// Waits until an interpreter waits in a container.
        ///
        /// - Returns: the number of its process, as it is in there.
        private func awaitAwake(_ server: ServerUnderTest) throws -> Int {
            let container = try #require(server.awaitWaiting(1).first)
            var process: String?
            try eventually("no interpreter waits") {
                let top = try Engine.call("GET", "/containers/\(container)/top?ps_args=-o%20pid,wchan:32,args")
                let processes = top.json["Processes"] as? [[String]] ?? []
                // What the kernel calls it to open a FIFO that nobody writes into.
                process = processes.first { $0.contains("wait_for_partner") && $0.last == "python main.py" }?.first
                return process != nil
            }
            let status = try String(contentsOf: URL(filePath: "/proc/\(process ?? "")/status"), encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
            return try #require(line?.split(separator: "\t").last.flatMap { Int($0) })
        }

        /// The number of the program's process.
        private func process(_ server: ServerUnderTest, _ member: String = "") throws -> Int {
            let answer = try server.post(
                #"{"image":"\#(Self.image)"\#(member),"payload":{"language":"python","files":[{"name":"main.py","content":"#
                    + #""import os; print(os.getpid())"}]}}"#)
            #expect(answer.isWarm, "\(answer)")
            return try #require(Int((answer.json["stdout"] as? String ?? "").trimmingCharacters(in: .newlines)))
        }

        @Test func `a warm run is the interpreter that has waited`() throws {
            let server = try server()
            let waiting = try awaitAwake(server)
            #expect(try process(server) == waiting)
        }

        @Test func `a run that has less of the container than what waited there starts anew`() throws {
            let server = try server()
            let waiting = try awaitAwake(server)
            #expect(try process(server, #","limits":{"pids":64}"#) > waiting)
        }

        @Test func `nothing gets ready where the operator has turned that off`() throws {
            let server = try server(["PRELUDE": "off"])
            let container = try #require(server.awaitWaiting(1).first)
            // Longer than an interpreter would be started after; it would be there as the second process.
            let began = ContinuousClock.now
            try eventually("never") { ContinuousClock.now - began > .milliseconds(500) }
            #expect(try Engine.commands(in: container) == ["code-runner --path /home/glot"])
        }
    }
}
