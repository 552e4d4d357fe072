/// A request without a body.
func get(_ path: String, _ fields: String...) -> String {
    (["GET \(path) HTTP/1.1", "Host: test"] + fields + ["", ""]).joined(separator: "\r\n")
}

/// The statuses of the answers in what was sent.
func statuses(_ text: String) -> [Substring] {
    text.split(separator: "\r\n").filter { $0.hasPrefix("HTTP/1.") }.map { $0.dropFirst(9).prefix(3) }
}

extension String {
    /// The parts between separators.
    func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
