internal import Bytes

extension ArraySlice<UInt8> {
    /// A JSON object's text with one more member, in front of its own.
    package func withMember(_ member: String) -> ArraySlice<UInt8> {
        guard let brace = firstIndex(of: UInt8(ascii: "{")) else { return self }
        let rest = self[(brace + 1)...]
        let isEmpty = rest.first { !$0.isWhitespaceInJSON } == UInt8(ascii: "}")
        return Array("{\(member)\(isEmpty ? "" : ",")".utf8) + rest
    }

    /// Whether it is one JSON object, strictly: see ``JSONScanner``.
    package var isJSONObject: Bool {
        var scanner = JSONScanner()
        do {
            try scanner.scan(span)
            _ = try scanner.finish()
            return true
        } catch {
            return false
        }
    }

    /// Whether a JSON object's text has a member of one of these names, of letters and hyphens.
    package func hasMember(_ names: String...) throws(JSONSyntaxError) -> Bool {
        var isThere = false
        var scanner = JSONScanner()
        try scanner.scan(span) { member in
            let name = dropFirst(member.name.lowerBound).prefix(member.name.count)
            if names.contains(where: name.isJSONString) { isThere = true }
        }
        _ = try scanner.finish()
        return isThere
    }
}
