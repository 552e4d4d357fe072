internal import FoundationEssentials
internal import Glibc

/// What somebody types while a program runs, and says to it beside: objects in JSON on our own stdin, behind the payload.
///
/// They are read at once whatever the program does, so that signals, the end of the input and sizes pass what waits to be read.
final class Dialogue {
    /// What was typed, behind the payload's own stdin.
    let input: StandardInput
    /// To be waited for with poll(2); -1, which poll(2) leaves out, when the other side has ended.
    private(set) var descriptor = STDIN_FILENO
    /// More waits than is kept: the program does not read, and somebody goes on typing.
    private(set) var isOverfull = false
    private var objects: ObjectReader
    private var signals: [Int32] = []
    private var size: TerminalSize?
    private let limit: Int

    /// Bytes that may wait for the program, beside the payload's own.
    static let maximumWaiting = 1 << 20

    /// - Parameters:
    ///   - stdin: of the payload, which comes first.
    ///   - objects: what has read the payload, and perhaps more.
    ///   - words: those that came with the payload.
    init(stdin: [UInt8], _ objects: ObjectReader, words: ArraySlice<[UInt8]>) throws(Failure) {
        input = StandardInput(stdin, isComplete: false)
        self.objects = objects
        limit = stdin.count + Self.maximumWaiting
        try take(words)
    }

    /// Reads what has come, once.
    func read() throws(Failure) {
        let buffer = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
            count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
        }
        guard !buffer.isEmpty else {
            descriptor = -1
            input.complete()
            return
        }
        try take(objects.read(buffer)[...])
    }

    /// Those that have come since the last time.
    func takeSignals() -> [Int32] {
        defer { signals = [] }
        return signals
    }

    /// The last one that has come since the last time.
    func takeSize() -> TerminalSize? {
        defer { size = nil }
        return size
    }

    private struct Word: Decodable {
        struct Typed: Decodable {
            let text: String?
            let base64: Data?
        }

        let stdin: Typed?
        let eof: Bool?
        let signal: String?
        let terminal: TerminalSize?
    }

    private func take(_ words: ArraySlice<[UInt8]>) throws(Failure) {
        for json in words {
            var json = json
            LoneSurrogates.replace(in: &json)
            do {
                take(try JSONDecoder().decode(Word.self, from: Data(json)))
            } catch {
                throw Failure("cannot read what was said to the program: it is no object that is known")
            }
        }
        isOverfull = isOverfull || input.waiting.count > limit
    }

    private func take(_ word: Word) {
        if let typed = word.stdin { input.append(typed.base64.map(Array.init) ?? Array((typed.text ?? "").utf8)) }
        if word.eof == true { input.complete() }
        if let name = word.signal, let signal = Signal.number(name) { signals.append(signal) }
        if let terminal = word.terminal { size = terminal }
    }
}
