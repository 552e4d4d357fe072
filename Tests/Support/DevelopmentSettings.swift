package import Foundation

/// The variables that the server requires, with their values for development, as everything has them that runs the server.
package enum DevelopmentSettings {
    package static let values: [String: String] = {
        guard let text = try? String(contentsOf: file("scripts/development.env"), encoding: .utf8) else {
            preconditionFailure("scripts/development.env cannot be read")
        }
        let pairs = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), String(parts[1]))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }()

    /// A file of the project, by its path from the root.
    package static func file(_ path: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(path)").standardizedFileURL
    }
}
