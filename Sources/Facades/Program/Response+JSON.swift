internal import FoundationEssentials
internal import HTTP

extension Response {
    init(status: Int = 200, compact value: some Encodable) {
        self.init(status: status, contentType: "application/json", .bytes(JSONText.bytes(value)[...]))
    }
}

enum JSONText {
    static func bytes(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Nothing here can fail to be encoded but a number that is none, and those come from JSON, which has not.
        return (try? encoder.encode(value)).map(Array.init) ?? []
    }

    static func text(_ value: some Encodable) -> String { String(decoding: bytes(value), as: UTF8.self) }
}
