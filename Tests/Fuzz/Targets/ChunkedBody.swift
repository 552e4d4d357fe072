import Bytes

@testable import HTTP

extension Target {
    /// ChunkedBody, in one piece and in many, finds the content and the end that a reader of the whole body finds.
    static let chunkedBody = Target("chunked-body") { bytes in
        let naive = NaiveChunks(bytes, maximumLength: 100)
        for pieces in [[bytes[...]], pieces(bytes)] {
            let found = read(pieces.map(Array.init))
            expect(found.violation == naive.violation, "\(found) is not \(naive)")
            expect(found.content == naive.content && found.isComplete == naive.isComplete, "\(found) is not \(naive)")
            expect(found.violation != nil || found.size == naive.size, "\(found) is not \(naive)")
        }
    }

    private static func read(_ pieces: [[UInt8]]) -> NaiveChunks {
        var body = ChunkedBody(maximumLength: 100)
        var found = NaiveChunks()
        do throws(ChunkedBody.Violation) {
            for piece in pieces {
                var position = 0
                while position < piece.count, !body.isComplete {
                    let content = try body.next(piece.span, from: position)
                    found.content += piece[content]
                    position = content.upperBound
                }
                found.size += position
            }
        } catch {
            found.violation = error
        }
        found.isComplete = body.isComplete
        return found
    }
}

/// A chunked body (RFC 9112, section 7.1) without extensions, or the beginning of one, read as a whole.
struct NaiveChunks {
    var content: [UInt8] = []
    var violation: ChunkedBody.Violation?
    var isComplete = false
    /// Bytes, of those that are there.
    var size = 0

    init() {}

    init(_ bytes: [UInt8], maximumLength: Int) {
        var rest = bytes[...]
        do throws(ChunkedBody.Violation) {
            isComplete = try read(&rest, maximumLength)
            size = rest.startIndex
        } catch {
            violation = error
        }
    }

    /// - Returns: whether the body has come to its end.
    private mutating func read(_ rest: inout ArraySlice<UInt8>, _ maximumLength: Int) throws(ChunkedBody.Violation)
        -> Bool
    {
        var announced = 0
        while true {
            let digits = rest.prefix { $0.hexadecimalValue != nil }
            rest = rest.dropFirst(digits.count)
            if digits.count > 15 { throw .tooLong }
            guard !rest.isEmpty else { return false }
            guard let size = Int(digits.text, radix: 16) else { throw .malformed }
            guard try takeLineEnd(&rest) else { return false }
            announced += size
            guard announced <= maximumLength else { throw .tooLong }
            if size == 0 { return try readTrailer(&rest) }
            content += rest.prefix(size)
            rest = rest.dropFirst(size)
            guard try takeLineEnd(&rest) else { return false }
        }
    }

    private func readTrailer(_ rest: inout ArraySlice<UInt8>) throws(ChunkedBody.Violation) -> Bool {
        while true {
            let line = rest.prefix { $0 != 0x0D }
            let isField = line.first.map { (0x21...0x7E).contains($0) } ?? true
            guard isField, line.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else { throw .malformed }
            rest = rest.dropFirst(line.count)
            guard try takeLineEnd(&rest) else { return false }
            if line.isEmpty { return true }
        }
    }

    /// - Returns: false if the bytes end before the line does.
    private func takeLineEnd(_ rest: inout ArraySlice<UInt8>) throws(ChunkedBody.Violation) -> Bool {
        let part = rest.prefix(2)
        rest = rest.dropFirst(part.count)
        guard "\r\n".utf8.starts(with: part) else { throw .malformed }
        return part.count == 2
    }
}
