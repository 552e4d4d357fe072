public import Logging

/// What is logged, and how.
public struct LogSettings: Sendable, Equatable {
    public var level = Logger.Level.info
    public var format = Format.text

    public init() {}

    public enum Format: String, Sendable, CaseIterable {
        case text, json
    }
}
