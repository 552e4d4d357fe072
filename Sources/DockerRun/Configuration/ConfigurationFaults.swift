/// Everything that is wrong with the environment. Each description begins with the name of its variable.
public struct ConfigurationFaults: Error, Equatable, CustomStringConvertible {
    public let descriptions: [String]

    public var description: String {
        descriptions.map { "  \($0)" }.joined(separator: "\n")
    }
}
