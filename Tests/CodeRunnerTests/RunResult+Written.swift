import Foundation

@testable import CodeRunner

extension OutputText {
    var string: String {
        var string = ""
        forEachPart { string += $0 }
        return string
    }
}

extension RunResult {
    /// All of it.
    func written(within limit: Int = 1_000_000) -> [UInt8] {
        var bytes: [UInt8] = []
        write(within: limit) { bytes += $0 }
        return bytes
    }

    /// What a client makes of it.
    func object(within limit: Int = 1_000_000) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(written(within: limit))) as? [String: Any] ?? [:]
    }
}
