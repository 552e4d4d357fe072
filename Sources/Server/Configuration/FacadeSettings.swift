/// Which façades are served, and how.
struct FacadeSettings: Sendable, Equatable {
    var served: [FacadeName] = [.mcp]
    /// Those that need no token.
    var open: [FacadeName] = []
    /// Whether Piston's clients get a language only in a version that they ask for.
    var hasStrictVersions = false
}

/// As operators name them.
enum FacadeName: String, Sendable, CaseIterable {
    case mcp, piston, sandboxfusion
}
