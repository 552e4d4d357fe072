/// A limit that a run ran into: one that the service kept, and which left no result, or one that the runner kept and tells of.
public enum StruckLimit: String, Sendable, CaseIterable {
    case time, memory, output, processes

    /// - Parameter json: a value of JSON, with its quotes, in a result.
    init?(inResult json: ArraySlice<UInt8>) {
        guard let limit = Self.allCases.first(where: { json.isJSONString($0.rawValue) }) else { return nil }
        self = limit
    }

    init?(_ error: RunError) {
        switch error {
        case .executionTime: self = .time
        case .memory: self = .memory
        case .outputSize: self = .output
        default: return nil
        }
    }
}
