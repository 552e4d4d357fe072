internal import Logging

/// What is logged, and how.
struct LogSettings: Sendable, Equatable {
    var level = Logger.Level.info
    var format = Format.text

    enum Format: String, Sendable, CaseIterable {
        case text, json
    }
}
