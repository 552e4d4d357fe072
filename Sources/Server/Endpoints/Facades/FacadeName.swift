/// The façades that there are, as operators name them.
enum FacadeName: String, Sendable, CaseIterable {
    case mcp, piston, sandboxfusion
}
