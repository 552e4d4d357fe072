internal import Bytes

/// What somebody says to a program that runs: one object in JSON, which its runner gets as it is. There are
/// `{"stdin":{"text":string}}` and `{"stdin":{"base64":string}}`, what is typed; `{"eof":true}`, no more is; `{"signal":"SIGINT"}`
/// (or TERM, KILL, HUP, QUIT, USR1, USR2); `{"terminal":{"columns":number,"rows":number}}`, its size from now on.
public struct RunnerWord: Sendable, Equatable {
    public let json: [UInt8]

    /// Why a text is none.
    public struct Malformed: Error, Equatable {
        public let reason: String
    }

    /// - Throws: ``Malformed`` if it is none of these: strict JSON (RFC 8259), with one member, whose value has nothing beside.
    public init(json: [UInt8]) throws(Malformed) {
        let members = try Self.members(json[...])
        guard members.count == 1, let kind = Kind.allCases.first(where: { members[0].name.isJSONString($0.rawValue) })
        else {
            throw Malformed(reason: "a message is one of stdin, eof, signal and terminal")
        }
        let value = members[0].value
        let isGood =
            switch kind {
            case .stdin: try Self.isTyped(value)
            case .eof: value.elementsEqual("true".utf8)
            case .signal: Self.signals.contains { value.first == UInt8(ascii: "\"") && value.isJSONString($0) }
            case .terminal: try Self.isSize(value)
            }
        guard isGood else { throw Malformed(reason: "\"\(kind)\" is not \(kind.wanted)") }
        self.json = json
    }

    private enum Kind: String, CaseIterable {
        case stdin, eof, signal, terminal

        var wanted: String {
            switch self {
            case .stdin: "an object with a text, or with base64"
            case .eof: "true"
            case .signal: "one of \(signals.joined(separator: ", "))"
            case .terminal: "an object with columns and rows from 1 to \(UInt16.max)"
            }
        }
    }

    private static let signals = ["SIGINT", "SIGTERM", "SIGKILL", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"]

    private typealias Member = (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)

    /// No more than are needed to know that there are too many.
    private static func members(_ json: ArraySlice<UInt8>) throws(Malformed) -> [Member] {
        var members: [Member] = []
        var scanner = JSONScanner()
        do throws(JSONSyntaxError) {
            try scanner.scan(json.span) { member in
                guard members.count < 3 else { return }
                let start = json.startIndex
                members.append(
                    (
                        json[start + member.name.lowerBound..<start + member.name.upperBound],
                        json[start + member.value.lowerBound..<start + member.value.upperBound]
                    ))
            }
            _ = try scanner.finish()
        } catch {
            throw Malformed(reason: "a message is not a JSON object: \(error)")
        }
        return members
    }

    private static func isTyped(_ json: ArraySlice<UInt8>) throws(Malformed) -> Bool {
        guard json.first == UInt8(ascii: "{") else { return false }
        let members = try members(json)
        guard members.count == 1, let value = members.first?.value, value.first == UInt8(ascii: "\"") else {
            return false
        }
        if members[0].name.isJSONString("text") { return true }
        return members[0].name.isJSONString("base64") && isBase64(value.dropFirst().dropLast())
    }

    /// RFC 4648, section 4, with its pads.
    private static func isBase64(_ text: ArraySlice<UInt8>) -> Bool {
        let digits = text.prefix { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }
        let pads = text[digits.endIndex...]
        return text.count % 4 == 0 && pads.count <= 2 && pads.allSatisfy { $0 == UInt8(ascii: "=") }
    }

    private static func isSize(_ json: ArraySlice<UInt8>) throws(Malformed) -> Bool {
        guard json.first == UInt8(ascii: "{") else { return false }
        let members = try members(json)
        return members.count == 2
            && ["columns", "rows"].allSatisfy { name in
                members.contains { $0.name.isJSONString(name) && isDimension($0.value) }
            }
    }

    private static func isDimension(_ json: ArraySlice<UInt8>) -> Bool {
        guard json.count <= 5, json.allSatisfy({ (48...57).contains($0) }) else { return false }
        return (1...Int(UInt16.max)).contains(json.reduce(0) { $0 * 10 + Int($1 - 48) })
    }
}
