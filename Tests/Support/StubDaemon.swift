import Bytes
import Foundation
import Glibc
import Synchronization

/// A daemon at a unix socket that answers as a test wants it to, for faults that a real one does not produce on demand.
package final class StubDaemon: @unchecked Sendable {
    package enum Reply: Sendable {
        /// An HTTP answer with this status and body.
        case answer(Int, String)
        /// Exactly these bytes; the connection is closed after them.
        case bytes([UInt8])
        /// These bytes, and then the connection stays open in silence.
        case bytesAndSilence([UInt8])
        /// An upgraded attach stream that carries these bytes, and then stays open for as long as the client does, also
        /// when that has closed its sending side.
        case openStream([UInt8])
        /// An upgraded attach stream that carries these bytes when the client has closed its sending side, so many
        /// seconds later, and then ends.
        case answersAtEnd([UInt8], after: UInt32 = 0)
        /// An upgraded attach stream over which this talks, and which ends when it returns.
        case talk(@Sendable (_ descriptor: Int32) -> Void)
        /// Nothing, ever.
        case silence
        /// Nothing, and no further connections: the end of a daemon that is killed.
        case death
    }

    package let path: String
    private let listener: Int32
    private let reply: @Sendable (_ method: String, _ path: String) -> Reply?
    private let lock = NSLock()
    private var open: [Int32] = []
    private var calls: [String] = []
    private var hasEnded = false

    package var log: [String] { lock.withLock { calls } }

    /// - Parameters:
    ///   - path: of its socket; a new one if there is none.
    ///   - reply: nil is what a daemon would answer to a run that goes well up to its output.
    package init(at path: String? = nil, _ reply: @escaping @Sendable (_ method: String, _ path: String) -> Reply?) {
        self.reply = reply
        let name = "stub-\(UUID().uuidString.prefix(8)).sock"
        let path = path ?? FileManager.default.temporaryDirectory.appending(path: name).path()
        self.path = path
        Self.removeAtExit(path)
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un(path: path)
        let bound = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(bound == 0 && listen(listener, 4096) == 0)
        Thread.detachNewThread { [weak self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { break }
                self?.lock.withLock { self?.open.append(descriptor) }
                Thread.detachNewThread { self?.serve(descriptor) }
            }
            // By whoever accepts: its number may be another daemon's at once, whose clients would be accepted here.
            close(listener)
        }
    }

    private static let paths = Mutex<[String]>([])

    /// A connection that nobody closes, as those of a service that a test lets go of, keeps its daemon to the end of the
    /// process.
    private static func removeAtExit(_ path: String) {
        let isFirst = paths.withLock { paths in
            paths.append(path)
            return paths.count == 1
        }
        if isFirst { atexit { for path in StubDaemon.paths.withLock(\.self) { unlink(path) } } }
    }

    deinit {
        end()
    }

    /// Once only: another daemon may have the path by the time that this one is released.
    private func end() {
        lock.withLock {
            guard !hasEnded else { return }
            hasEnded = true
            shutdown(listener, Int32(SHUT_RDWR))
            unlink(path)
            for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// An upgraded attach stream that carries these bytes and then ends.
    package static func stream(_ bytes: [UInt8]) -> Reply { .bytes(upgraded + bytes) }

    private static let upgraded = Array(
        "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n".utf8)

    package static func frame(_ stream: UInt8, _ text: String, length: UInt32? = nil) -> [UInt8] {
        let length = length ?? UInt32(text.utf8.count)
        return [stream, 0, 0, 0] + withUnsafeBytes(of: length.bigEndian, Array.init) + Array(text.utf8)
    }

    private func serve(_ descriptor: Int32) {
        while let (method, path) = readRequest(descriptor) {
            lock.withLock { calls.append("\(method) \(path)") }
            switch reply(method, path) ?? Self.goodReply(method, path) {
            case .answer(let status, let body):
                send(
                    descriptor,
                    Array(
                        "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                            .utf8))
            case .bytes(let bytes):
                send(descriptor, bytes)
                shutdown(descriptor, Int32(SHUT_WR))
            case .bytesAndSilence(let bytes): send(descriptor, bytes)
            case .openStream(let bytes):
                send(descriptor, Self.upgraded + bytes)
                // poll(2): POLLHUP needs no asking, and comes when both sides are closed.
                var poller = pollfd(fd: descriptor, events: 0, revents: 0)
                poll(&poller, 1, -1)
            case .answersAtEnd(let bytes, let delay):
                send(descriptor, Self.upgraded)
                var byte: UInt8 = 0
                while recv(descriptor, &byte, 1, 0) == 1 {}
                sleep(delay)
                send(descriptor, bytes)
                shutdown(descriptor, Int32(SHUT_WR))
            case .talk(let body):
                send(descriptor, Self.upgraded)
                body(descriptor)
                shutdown(descriptor, Int32(SHUT_WR))
            case .silence: break
            case .death: end()
            }
        }
        lock.withLock { open.removeAll { $0 == descriptor } }
        close(descriptor)
    }

    private static func goodReply(_ method: String, _ path: String) -> Reply {
        if path.hasPrefix("/containers/json") { return .answer(200, "[]") }
        if path.hasPrefix("/volumes?") { return .answer(200, #"{"Volumes":null}"#) }
        if path.hasPrefix("/containers/create") { return .answer(201, #"{"Id":"0123","Warnings":null}"#) }
        if path.contains("/attach") { return stream(frame(1, #"{"stdout":"from the stub"}"#)) }
        return .bytesAndSilence(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8))
    }

    private func send(_ descriptor: Int32, _ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Reads a head and the body that its Content-Length announces.
    private func readRequest(_ descriptor: Int32) -> (method: String, path: String)? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while !bytes.ends(with: Array("\r\n\r\n".utf8)) {
            guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
            bytes.append(byte)
        }
        let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
        for _ in 0..<(length.flatMap { Int($0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces)) } ?? 0) {
            guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
        }
        return (words[0], words[1])
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: [UInt8]) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}

extension sockaddr_un {
    package init(path: String) {
        self.init()
        sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &sun_path) { $0.copyBytes(from: Array(path.utf8).prefix(107) + [0]) }
    }
}
