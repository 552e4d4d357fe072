internal import FoundationEssentials
internal import Glibc

/// What a run prints while it goes on, on stdout, for a server that passes it on: objects in JSON with one member each, the
/// last of which is the result.
///
/// It never blocks, so that the limits hold however slowly the server reads: what is not taken waits here, and that is no more
/// than events may take at all.
final class EventStream {
    enum Source: Int, CaseIterable {
        case stdout, stderr
    }

    private let descriptor: Int32
    /// Of the descriptor, as they were.
    private let flags: Int32
    private var waiting: ArraySlice<UInt8> = []
    /// Bytes that outputs may still take as they are printed.
    private var room: Int
    private var isCut = false
    /// Of each source, the beginning of a character whose end is still to come.
    private var halves: [[UInt8]] = Source.allCases.map { _ in [] }

    /// Of an output at a time, so that it can be cut in the middle.
    private static let piece = 4096
    /// Bytes of what is printed in any case: the stages, the word that something was cut, and what is around the result.
    private static let roomBeside = 100
    /// Bytes that wait for a server which does not read, whatever it takes in all: they are memory of the container.
    private static let maximumWaiting = 4 << 20

    /// - Parameter limit: bytes that the server takes for events, above ``Limits/leastOutput``; the result has its own.
    init(on descriptor: Int32, limit: Int) {
        self.descriptor = descriptor
        room = limit - Self.roomBeside
        flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    }

    /// What is done from now on: `build` or `run`.
    func begin(stage: String) {
        write { json in json.add("stage") { $0.add("stage", stage) } }
        flush()
    }

    /// A part of an output, as it came.
    func add(_ bytes: ArraySlice<UInt8>, to source: Source) {
        guard !isCut, !bytes.isEmpty else { return }
        var rest = (halves[source.rawValue] + bytes)[...]
        while rest.count > Self.piece, !isCut {
            let piece = OutputText.withoutHalfAtEnd(rest.prefix(Self.piece))
            print(piece, of: source)
            rest = rest[piece.endIndex...]
        }
        let whole = OutputText.withoutHalfAtEnd(rest)
        print(whole, of: source)
        halves[source.rawValue] = Array(rest[whole.endIndex...])
        flush()
    }

    /// The program has ended: what it has begun is not continued.
    func endOutputs() {
        for source in Source.allCases {
            print(halves[source.rawValue][...], of: source)
            halves[source.rawValue] = []
        }
        flush()
    }

    /// Waits until all is taken, and prints the result.
    func end(with result: (@escaping ([UInt8]) -> Void) -> Void) {
        _ = fcntl(descriptor, F_SETFL, flags)
        waiting += #"{"result":"#.utf8
        flush()
        result { [self] bytes in
            waiting += bytes
            flush()
        }
        waiting += "}".utf8
        flush()
    }

    /// To be waited for with poll(2) as long as something waits; else -1, which poll(2) leaves out.
    var waitingDescriptor: Int32 { waiting.isEmpty ? -1 : descriptor }

    /// Writes what is taken now.
    func flush() {
        while !waiting.isEmpty {
            let count = waiting.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            // Nobody reads any more.
            if count <= 0 { isCut = true }
            waiting = count <= 0 ? [] : waiting.dropFirst(count)
        }
    }

    private func print(_ bytes: ArraySlice<UInt8>, of source: Source) {
        guard !bytes.isEmpty, !isCut else { return }
        let length = write(within: min(room, Self.maximumWaiting - waiting.count)) { json in
            json.add(source == .stdout ? "stdout" : "stderr") { json in
                if let text = String(validating: bytes, as: UTF8.self) {
                    json.add("text", text)
                } else {
                    json.add("base64", Data(bytes).base64EncodedString())
                }
            }
        }
        room -= length
        guard length == 0 else { return }
        isCut = true
        write { json in json.add("cut") { _ in } }
    }

    /// - Returns: how many bytes it took; 0 if there is no room for them.
    @discardableResult
    private func write(within room: Int = .max, _ addMember: (inout JSONText) -> Void) -> Int {
        var bytes: [UInt8] = []
        JSONText.write(to: { bytes += $0 }, addMember)
        guard bytes.count <= room else { return 0 }
        waiting += bytes
        return bytes.count
    }
}
