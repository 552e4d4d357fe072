internal import DockerRun

/// The member `limits` of a request: `{"executionTime"?: seconds, "outputSize"?: bytes, "memory"?: bytes, "pids"?: number,
/// "cpus"?: number}`. A name that is mistyped must not be a limit that is ignored, so there are no others.
extension RunLimits {
    private enum Name: String, CaseIterable {
        case executionTime, outputSize, memory, pids, cpus
    }

    /// - Parameter json: a value that the scanner has accepted.
    /// - Throws: ``RunError/limits(_:)`` if it is no object, or a member of it is unknown, not of its kind, or there twice.
    init(json: ArraySlice<UInt8>) throws(RunError) {
        guard json.first == UInt8(ascii: "{") else { throw .limits("\"limits\" is not an object") }
        let json = Array(json)
        var members: [JSONScanner.Member] = []
        var scanner = JSONScanner()
        do {
            try scanner.scan(json.span) { members.append($0) }
        } catch {
            throw .limits("\"limits\" is not an object: \(error)")
        }
        self.init()
        var names: Set<Name> = []
        for member in members {
            let name = try Self.name(json[member.name])
            guard names.insert(name).inserted else { throw .limits("\"limits.\(name)\" is there twice") }
            try set(name, json[member.value])
        }
    }

    /// Bytes of a name that is shown to whoever wrote it.
    private static let shownBytes = 64

    private static func name(_ json: ArraySlice<UInt8>) throws(RunError) -> Name {
        if let name = Name.allCases.first(where: { json.isJSONString($0.rawValue) }) { return name }
        let known = Name.allCases.map(\.rawValue).joined(separator: ", ")
        let text = String(decoding: json.dropFirst().dropLast().prefix(shownBytes), as: UTF8.self)
        throw .limits("\"limits.\(text)\" is unknown; there are \(known)")
    }

    private mutating func set(_ name: Name, _ json: ArraySlice<UInt8>) throws(RunError) {
        switch name {
        // A number that no Duration can hold is as far outside as a billion seconds are.
        case .executionTime: executionTime = .seconds(min(max(try Self.number(json, name), -1e9), 1e9))
        case .outputSize: outputSize = try Self.wholeNumber(json, name)
        case .memory: memory = try Self.wholeNumber(json, name)
        case .pids: pids = try Self.wholeNumber(json, name)
        case .cpus: nanoCPUs = Self.integer((try Self.number(json, name) * 1e9).rounded())
        }
    }

    private static func number(_ json: ArraySlice<UInt8>, _ name: Name) throws(RunError) -> Double {
        // The grammar of JSON's numbers (RFC 8259, section 6) is a part of Swift's, which has names and more besides.
        guard let first = json.first,
            first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            let number = Double(String(decoding: json, as: UTF8.self))
        else { throw .limits("\"limits.\(name)\" is not a number") }
        return number
    }

    private static func wholeNumber(_ json: ArraySlice<UInt8>, _ name: Name) throws(RunError) -> Int {
        let number = try number(json, name)
        guard number.rounded() == number else { throw .limits("\"limits.\(name)\" is not a whole number") }
        return integer(number)
    }

    /// A number that no Int can hold is the greatest or the least.
    private static func integer(_ number: Double) -> Int { Int(exactly: number) ?? (number > 0 ? .max : .min) }
}
