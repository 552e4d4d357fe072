import Bytes
import FoundationEssentials

@testable import DockerRun

extension Target {
    /// JSONScanner, in one piece and in many, says what a parser of the whole text says; what it accepts,
    /// FoundationEssentials accepts.
    static let json = Target("json") { bytes in
        let naive = NaiveJSON(bytes)
        let whole = Scan([bytes[...]])
        let cut = Scan(pieces(bytes))
        expect(whole == cut, "in pieces it is \(cut), as a whole \(whole)")
        expect(whole.object == naive?.object, "\(whole) is not \(naive.map { "\($0.object)" } ?? "invalid")")
        guard let naive else { return }
        expect(whole.members == naive.members, "\(whole.members) are not \(naive.members)")
        if !hasSurrogate(bytes) {
            let decoded = Result { try JSONDecoder().decode(Anything.self, from: Data(bytes)) }
            if case .failure(let error) = decoded { fatalError("FoundationEssentials: \(error)") }
        }
    }

    /// JSON may have halves of surrogate pairs, strings of Swift may not.
    private static func hasSurrogate(_ bytes: [UInt8]) -> Bool {
        let text = bytes.map(\.asciiLowercased)
        return text.indices.contains { text[$0...].starts(with: "\\ud".utf8) }
    }
}

/// What the scanner makes of a text.
private struct Scan: Equatable {
    var object: Range<Int>?
    var members: [NaiveJSON.Member] = []
    var error: JSONSyntaxError?

    init(_ pieces: [ArraySlice<UInt8>]) {
        var scanner = JSONScanner()
        var members: [NaiveJSON.Member] = []
        do throws(JSONSyntaxError) {
            for piece in pieces {
                try scanner.scan(piece.span) { members.append(.init(name: $0.name, value: $0.value)) }
            }
            object = try scanner.finish()
        } catch {
            self.error = error
        }
        self.members = members
    }
}
