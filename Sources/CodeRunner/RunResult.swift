internal import FoundationEssentials

/// What is printed: the four fields of the contract, and ours beside them.
struct RunResult: Encodable {
    struct Build: Encodable {
        var stdout: String
        var stderr: String
        /// Nanoseconds.
        var duration: Int
    }

    var stdout: String
    var stderr: String
    /// Empty if all went well.
    var error: String
    /// Nanoseconds of the run, or of the build that failed.
    var duration: Int
    var exitCode: Int32?
    var signal: Int32?
    /// Nanoseconds of CPU time.
    var cpuTime: Int
    /// Bytes.
    var memoryPeak: Int
    /// Of all build commands together, when there were any.
    var build: Build?

    func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and numbers can always be encoded.
        return (try? encoder.encode(self)).map(Array.init) ?? []
    }
}
