import Foundation
import Glibc
import TestSupport
import Testing

/// A client connection over which tests send exactly the bytes they mean. Reads give up after a minute.
final class TestClient {
    enum Peer {
        case port(Int)
        case unixSocket(String)
    }

    struct Response {
        var status = 0
        var headers: [String: String] = [:]
        var body: [UInt8] = []

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:] }
        var errorCode: String? { json["error"] as? String }
        var isWarm: Bool { headers["server-timing"]?.hasPrefix("warm") == true }
        var message: String { json["message"] as? String ?? "" }
    }

    struct ConnectionFailed: Error {
        let reason: String
    }

    let descriptor: Int32
    private var unread: [UInt8] = []

    init(_ peer: Peer) throws {
        switch peer {
        case .port(let port):
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            try Self.connect(descriptor, &address)
        case .unixSocket(let path):
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un(path: path)
            try Self.connect(descriptor, &address)
        }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) throws {
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw ConnectionFailed(reason: reason)
        }
    }

    /// - Returns: false if the peer no longer takes any.
    @discardableResult
    func send(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Sends a request with a Content-Length and reads its answer.
    func request(
        _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8] = []
    ) throws -> Response {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: test\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if !body.isEmpty || method == "POST" { head += "Content-Length: \(body.count)\r\n" }
        send(Array((head + "\r\n").utf8) + body)
        return try response(hasBody: method != "HEAD")
    }

    /// Reads one answer: with a Content-Length, chunked, or up to the end.
    func response(hasBody: Bool = true) throws -> Response {
        let mark = Array("\r\n\r\n".utf8)
        var end = unread.firstRange(of: mark)
        while end == nil {
            guard try receive() else { throw ConnectionFailed(reason: "closed within the head: \(text(unread))") }
            end = unread.firstRange(of: mark)
        }
        var response = Response()
        let lines = text(Array(unread[..<end!.lowerBound])).components(separatedBy: "\r\n")
        response.status = Int(lines[0].split(separator: " ")[1]) ?? 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            response.headers[parts[0].lowercased()] = parts.last?.trimmingCharacters(in: .whitespaces) ?? ""
        }
        unread.removeSubrange(..<end!.upperBound)
        guard hasBody, response.status >= 200, response.status != 204 else { return response }
        if response.headers["transfer-encoding"] == "chunked" {
            try readChunks(into: &response)
        } else if let length = response.headers["content-length"].flatMap(Int.init) {
            response.body = try take(length)
        } else {
            while try receive() {}
            response.body = unread
        }
        return response
    }

    /// - Returns: true if the peer closes the connection without sending anything more.
    func isClosedByPeer() throws -> Bool { try !receive() }

    private func readChunks(into response: inout Response) throws {
        while true {
            while unread.firstRange(of: Array("\r\n".utf8)) == nil {
                guard try receive() else { throw ConnectionFailed(reason: "closed within a chunk") }
            }
            let line = unread.firstRange(of: Array("\r\n".utf8))!
            let size = Int(text(Array(unread[..<line.lowerBound])), radix: 16)!
            unread.removeSubrange(..<line.upperBound)
            response.body += try take(size)
            _ = try take(2)
            if size == 0 { return }
        }
    }

    /// Waits until this has come, within the first of what has come, and leaves all unread.
    func awaitUnread(_ text: String) throws {
        var buffer = [UInt8](repeating: 0, count: 4096)
        try eventually("\(text) does not come") {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_PEEK | MSG_DONTWAIT))
            return buffer.prefix(max(0, count)).firstRange(of: text.utf8) != nil
        }
    }

    /// So many bytes of what follows, whatever it is.
    func receive(_ count: Int) throws -> [UInt8] { try take(count) }

    private func take(_ count: Int) throws -> [UInt8] {
        while unread.count < count {
            guard try receive() else { throw ConnectionFailed(reason: "closed within the body") }
        }
        defer { unread.removeFirst(count) }
        return Array(unread.prefix(count))
    }

    /// - Returns: false at the end.
    private func receive() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 || errno == ECONNRESET else {
            throw ConnectionFailed(reason: "no answer: \(String(cString: strerror(errno)))")
        }
        unread += buffer.prefix(max(0, count))
        return count > 0
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
