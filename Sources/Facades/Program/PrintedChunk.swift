internal import FoundationEssentials

/// A piece of what a program has printed, as the runner tells of it while the program goes on.
struct PrintedChunk {
    /// What is not UTF-8 in it is replaced.
    let text: String

    /// - Parameter json: an object with `text` or `base64`.
    init?(_ json: [UInt8]) {
        guard let members = try? JSONDecoder().decode([String: String].self, from: Data(json)) else { return nil }
        if let text = members["text"] {
            self.text = text
        } else if let data = members["base64"].flatMap({ Data(base64Encoded: $0) }) {
            text = String(decoding: data, as: UTF8.self)
        } else {
            return nil
        }
    }
}

/// What a runner does from now on, as it tells.
enum RunStage: String, Decodable {
    case build, run

    /// - Parameter json: `{"stage": …}`.
    init?(_ json: [UInt8]) {
        guard let members = try? JSONDecoder().decode([String: RunStage].self, from: Data(json)),
            let stage = members["stage"]
        else { return nil }
        self = stage
    }
}
