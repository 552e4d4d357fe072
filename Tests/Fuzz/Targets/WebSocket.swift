@testable import HTTP

extension Target {
    /// WebSocketReader, in one piece and in many, finds what is found in the whole stream, all of it text that is not too large.
    static let webSocket = Target("web-socket") { bytes in
        let naive = NaiveWebSocket(bytes, maximumSize: maximumMessageSize)
        for pieces in [[bytes[...]], pieces(bytes)] {
            let found = read(pieces)
            expect(found == naive, "\(found) is not \(naive)")
            for case .text(let text) in found.items {
                expect(text.count <= maximumMessageSize, "a message of \(text.count) bytes")
                expect(String(validating: text, as: UTF8.self) != nil, "a message is no text")
            }
        }
    }

    /// Enough for lengths in one byte and in three.
    private static let maximumMessageSize = 300

    private static func read(_ pieces: [ArraySlice<UInt8>]) -> NaiveWebSocket {
        var reader = WebSocketReader(maximumSize: maximumMessageSize)
        var found = NaiveWebSocket()
        for piece in pieces {
            reader.append(piece)
            do throws(WebSocketFault) {
                while let item = try reader.next() { found.items.append(item) }
            } catch {
                expect(found.fault == nil, "a second fault")
                found.fault = error.code.rawValue
            }
        }
        return found
    }
}
