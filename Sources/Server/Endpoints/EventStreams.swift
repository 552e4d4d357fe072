internal import HTTP
internal import Synchronization

/// The streams of events that clients are sent now.
final class EventStreams: Sendable {
    private let streams = Mutex<[ObjectIdentifier: BodyStream]>([:])

    /// Seconds between two comments.
    static let commentInterval = 15.0

    var count: Int { streams.withLock(\.count) }

    func add(_ stream: BodyStream) {
        streams.withLock { $0[ObjectIdentifier(stream)] = stream }
    }

    func remove(_ stream: BodyStream) {
        streams.withLock { $0[ObjectIdentifier(stream)] = nil }
    }

    /// Writes a comment into each, so that nobody on the way takes a silent one for dead.
    func comment() {
        for stream in streams.withLock({ Array($0.values) }) { stream.write(": \n\n".utf8) }
    }
}
