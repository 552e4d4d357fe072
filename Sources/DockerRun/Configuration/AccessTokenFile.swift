internal import FoundationEssentials

/// A file of access tokens, one a line, so that clients can change from one to the next while both are good. Blank lines
/// and lines that start with `#` are left out.
public struct AccessTokenFile: Sendable {
    public let path: String
    private let read: @Sendable (String) throws -> String

    public init(_ path: String) {
        self.init(path) { path in try String(contentsOfFile: path, encoding: .utf8) }
    }

    init(_ path: String, read: @escaping @Sendable (String) throws -> String) {
        self.path = path
        self.read = read
    }

    /// Reads the file as it is now.
    ///
    /// - Throws: ``ConfigurationFaults``, which name the file and the lines at fault, and tell nothing of what they hold.
    public func tokens() throws(ConfigurationFaults) -> [String] {
        let text: String
        do { text = try read(path) } catch {
            throw fault("cannot read \(path): does it exist, is it UTF-8, and may this user read it?")
        }
        var tokens: [String] = []
        var faults: [String] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
        where !line.hasPrefix("#") && !line.allSatisfy(\.isWhitespace) {
            do { tokens.append(try ValueParser.token(String(line))) } catch {
                faults += fault("the token in line \(index + 1) of \(path) \(error.reason)").descriptions
            }
        }
        guard faults.isEmpty else { throw ConfigurationFaults(descriptions: faults) }
        guard !tokens.isEmpty else { throw fault("there is no token in \(path)") }
        return tokens
    }

    private func fault(_ text: String) -> ConfigurationFaults {
        ConfigurationFaults(descriptions: ["API_ACCESS_TOKEN_FILE: \(text)"])
    }
}
