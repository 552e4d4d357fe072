import Foundation
import Testing

/// A client that talks with a program over a WebSocket: messages of less than 64 KiB, and no other frames than they need.
final class DialogueClient {
    private let client: TestClient
    let response: TestClient.Response
    /// What the program has printed so far.
    private(set) var stdout = ""
    private(set) var names: [String] = []

    init(
        _ server: ServerUnderTest, path: String = "/run",
        headers: [String: String] = ["X-Access-Token": ServerUnderTest.token]
    ) throws {
        client = try server.connect()
        let all = headers.merging([
            "Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ]) { given, _ in given }
        client.send("GET \(path) HTTP/1.1\r\n" + all.map { "\($0): \($1)\r\n" }.joined() + "\r\n")
        response = try client.response()
    }

    func say(_ text: String) {
        let payload = Array(text.utf8)
        let length = payload.count < 126 ? [] : [UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        let first: [UInt8] = [0x81, 0x80 | (length.isEmpty ? UInt8(payload.count) : 126)]
        // A mask of zeros changes nothing.
        client.send(first + length + [0, 0, 0, 0] + payload)
    }

    func type(_ text: String) throws {
        say(String(decoding: try JSONSerialization.data(withJSONObject: ["stdin": ["text": text]]), as: UTF8.self))
    }

    func leave() { shutdown(client.descriptor, Int32(SHUT_RDWR)) }

    /// The next message of one member; nil if the server closes instead.
    func hear() throws -> (name: String, value: Any)? {
        guard let members = try hearObject() else { return nil }
        let (name, value) = try #require(members.first)
        #expect(members.count == 1)
        names.append(name)
        if name == "stdout" { stdout += (value as? [String: String])?["text"] ?? "" }
        return (name, value)
    }

    /// The next message; nil if the server closes instead.
    func hearObject() throws -> [String: Any]? {
        while true {
            let (opcode, payload) = try frame()
            if opcode == 8 {
                closeCode = payload.count < 2 ? nil : Int(payload[0]) << 8 | Int(payload[1])
                return nil
            }
            guard opcode == 1 else { continue }
            return try #require(JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any])
        }
    }

    /// Of the Close that ``hear()`` has met.
    private(set) var closeCode: Int?

    func hear(until text: String) throws {
        while !stdout.contains(text) { _ = try #require(try hear(), "\(text) does not come: \(stdout)") }
    }

    /// The value of the result or error that ends it.
    func end() throws -> [String: Any] {
        var last: [String: Any] = [:]
        while let (name, value) = try hear() {
            if name == "result" || name == "error" { last = try #require(value as? [String: Any]) }
        }
        return last
    }

    private func frame() throws -> (opcode: UInt8, payload: [UInt8]) {
        let head = try client.receive(2)
        var count = Int(head[1])
        if count >= 126 { count = try client.receive(count == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
        return (head[0] & 0x0F, count == 0 ? [] : try client.receive(count))
    }
}
