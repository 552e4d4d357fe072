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
    var written: [UInt8] {
        var bytes: [UInt8] = []
        write { bytes += $0 }
        return bytes
    }
}
