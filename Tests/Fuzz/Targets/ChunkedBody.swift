@testable import DockerRun
@testable import Server

extension Target {
    /// ChunkedBody, in one piece and in many, ends as a reader of the whole body does.
    static let chunkedBody = Target("chunked-body") { bytes in
        let expected = NaiveChunks(maximumLength: 100).violation(in: bytes)
        let whole = ChunksReading([bytes[...]])
        let cut = ChunksReading(pieces(bytes))
        expect(whole == cut, "in pieces it is \(cut), as a whole \(whole)")
        let found = whole.violation
        expect(found == expected, "\(found.map { "\($0)" } ?? "good"), not \(expected.map { "\($0)" } ?? "good")")
    }
}

private struct ChunksReading: Equatable {
    var violation: ChunkedBody.Violation?
    var content: [UInt8] = []
    var isComplete = false

    init(_ pieces: [ArraySlice<UInt8>]) {
        var body = ChunkedBody(maximumLength: 100)
        do throws(ChunkedBody.Violation) {
            for piece in pieces {
                var position = 0
                while position < piece.count, !body.isComplete {
                    let range = try body.next(piece.span, from: position)
                    content += piece.dropFirst(range.lowerBound).prefix(range.count)
                    position = range.upperBound
                }
            }
        } catch {
            violation = error
        }
        isComplete = body.isComplete
    }
}

private struct NaiveChunks {
    let maximumLength: Int

    /// RFC 9112, section 7.1, without extensions.
    ///
    /// - Returns: nil if the body is good, or the beginning of one that may be.
    func violation(in bytes: [UInt8]) -> ChunkedBody.Violation? {
        var rest = bytes[...]
        var total = 0
        while true {
            let digits = rest.prefix { $0.hexadecimalValue != nil }
            rest = rest.dropFirst(digits.count)
            if digits.count > 15 { return .tooLong }
            guard !rest.isEmpty else { return nil }
            guard !digits.isEmpty, let size = Int(digits.text, radix: 16), take("\r\n", &rest) else {
                return .malformed
            }
            guard isWhole(rest, bytes) else { return nil }
            total += size
            if total > maximumLength { return .tooLong }
            guard size > 0 else { return trailerViolation(rest) }
            guard rest.count > size else { return nil }
            rest = rest.dropFirst(size)
            guard take("\r\n", &rest) else { return .malformed }
            guard isWhole(rest, bytes) else { return nil }
        }
    }

    /// Takes the text, or as much of it as there is.
    private func take(_ text: String, _ rest: inout ArraySlice<UInt8>) -> Bool {
        let part = rest.prefix(text.utf8.count)
        rest = rest.dropFirst(part.count)
        return text.utf8.starts(with: part)
    }

    /// Whether the line before has come to its end.
    private func isWhole(_ rest: ArraySlice<UInt8>, _ bytes: [UInt8]) -> Bool {
        bytes[..<rest.startIndex].last == 0x0A
    }

    private func trailerViolation(_ bytes: ArraySlice<UInt8>) -> ChunkedBody.Violation? {
        var rest = bytes
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0D }
            let isField = line.isEmpty || (0x21...0x7E).contains(line[line.startIndex])
            guard isField, line.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else { return .malformed }
            rest = rest.dropFirst(line.count)
            guard take("\r\n", &rest) else { return .malformed }
            if line.isEmpty { return nil }
        }
        return nil
    }
}
