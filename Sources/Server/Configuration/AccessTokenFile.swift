internal import Bytes
internal import FoundationEssentials

/// A file of access tokens, one a line, so that clients can change from one to the next while both are good. Lines end with
/// LF or CR LF. Blank ones and those that start with `#` are left out.
struct AccessTokenFile: Sendable {
    let path: String
    private let read: @Sendable (String) throws -> String

    init(_ path: String) {
        self.init(path) { path in try String(contentsOfFile: path, encoding: .utf8) }
    }

    init(_ path: String, read: @escaping @Sendable (String) throws -> String) {
        self.path = path
        self.read = read
    }

    /// Reads the file as it is now.
    ///
    /// - Throws: ``ConfigurationFaults``, which name the file and the lines at fault, and tell nothing of what they hold.
    func tokens() throws(ConfigurationFaults) -> [String] {
        let text: String
        do { text = try read(path) } catch {
            throw fault("cannot read \(path): does it exist, is it UTF-8, and may this user read it?")
        }
        var tokens: [String] = []
        var faults: [String] = []
        for (index, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            // A file from elsewhere may have a CR before each LF.
            let line = line.last == 0x0D ? line.dropLast() : line
            guard line.first != UInt8(ascii: "#"), !line.trimmed.isEmpty else { continue }
            do { tokens.append(try ValueParser.token(String(decoding: line, as: UTF8.self))) } catch {
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
