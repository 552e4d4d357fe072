internal import DockerRun
internal import FoundationEssentials

/// One run as a client asks for it:
/// `{"image": string, "payload": object, "runner"?: "image"|"builtin", "limits"?: object}`, or `"language": string` in place of
/// the image. Other members are ignored.
extension RunRequest {
    /// Reads a request's body.
    ///
    /// - Parameter languageNamed: says what a language stands for.
    /// - Throws: ``RunError/request(_:)`` if it is not strict JSON (RFC 8259, UTF-8, nested at most 128 deep), if a member
    ///   is missing, of the wrong kind, or there twice; ``RunError/limits(_:)``, see ``RunLimits/init(json:)``; what
    ///   `languageNamed` throws.
    init(body: [UInt8], languageNamed: (String) throws(RunError) -> Language) throws(RunError) {
        try Self.refuseByteOrderMark(body)
        let members = try Members(body)
        let isLanguage = members["image"] == nil && members["language"] != nil
        for name in ["image", "payload", "runner", "limits"] + (isLanguage ? ["language"] : []) {
            try members.refuseTwice(name)
        }
        let name =
            isLanguage ? try Self.language(in: body, members["language"]) : try Self.image(in: body, members["image"])
        let runner = try members["runner"].map { range throws(RunError) in try Self.runner(in: body, range) }
        let payload = try Self.payload(in: body, members["payload"])
        let limits = try members["limits"].map { range throws(RunError) in try RunLimits(json: body[range]) }
        guard isLanguage else {
            self.init(image: name, runner: runner ?? .image, payload: payload, limits: limits ?? RunLimits())
            return
        }
        let language = try languageNamed(name)
        self.init(
            image: language.image, runner: runner ?? language.runner,
            payload: try Self.payload(payload, naming: language), limits: limits ?? RunLimits())
    }

    /// Where the values of members are that mean something here.
    private struct Members {
        private var values: [String: [Range<Int>]] = [:]

        init(_ body: [UInt8]) throws(RunError) {
            var values: [String: [Range<Int>]] = [:]
            var scanner = JSONScanner()
            do throws(JSONSyntaxError) {
                try scanner.scan(body.span) { member in
                    let name = body[member.name]
                    let known = Self.names.first { name.isJSONString($0) }
                    if let known { values[known, default: []].append(member.value) }
                }
                _ = try scanner.finish()
            } catch {
                throw .request("The body is not a JSON object: \(error)")
            }
            self.values = values
        }

        private static let names = ["image", "language", "payload", "runner", "limits"]

        subscript(name: String) -> Range<Int>? { values[name]?.first }

        func refuseTwice(_ name: String) throws(RunError) {
            guard values[name]?.count ?? 0 < 2 else { throw .request("\"\(name)\" is there twice") }
        }
    }

    /// What says itself in which language it is, or with which commands it is run, stays as it is.
    private static func payload(
        _ payload: ArraySlice<UInt8>, naming language: Language
    ) throws(RunError) -> ArraySlice<UInt8> {
        do {
            guard try !payload.hasMember("language", "runInstructions") else { return payload }
            let name = String(
                decoding: try JSONEncoder().encode(language.runnerLanguage ?? language.language), as: UTF8.self)
            return payload.withMember("\"language\":\(name)")
        } catch {
            throw .request("The payload is not a JSON object: \(error)")
        }
    }

    /// A byte order mark is not part of JSON text (RFC 8259, section 8.1). That of UTF-16 says that all of it is wrong.
    private static func refuseByteOrderMark(_ body: [UInt8]) throws(RunError) {
        let marks: [(String, [UInt8])] = [
            ("UTF-8", [0xEF, 0xBB, 0xBF]), ("UTF-16", [0xFF, 0xFE]), ("UTF-16", [0xFE, 0xFF]),
        ]
        for (encoding, mark) in marks where body.starts(with: mark) {
            throw .request(
                "The body begins with a byte order mark, of \(encoding); JSON is UTF-8 without one (RFC 8259, section 8.1)"
            )
        }
    }

    /// Docker's own limit for a name is 255 characters; a tag has up to 128, and a digest fewer.
    private static let maximumImageLength = 512

    private static func image(in body: [UInt8], _ range: Range<Int>?) throws(RunError) -> String {
        guard let range else { throw .request("\"image\" is missing, and \"language\" too") }
        guard range.count <= maximumImageLength else {
            throw .request("\"image\" is longer than \(maximumImageLength) bytes")
        }
        guard let image = text(body[range]) else { throw .request("\"image\" is not a string") }
        guard !image.isEmpty else { throw .request("\"image\" is empty") }
        if let fault = ImageName.fault(in: image) { throw .request("\"image\" \(fault)") }
        return image
    }

    private static func language(in body: [UInt8], _ range: Range<Int>?) throws(RunError) -> String {
        guard let range, range.count <= maximumImageLength else {
            throw .request("\"language\" is longer than \(maximumImageLength) bytes")
        }
        guard let name = text(body[range]) else { throw .request("\"language\" is not a string") }
        return name
    }

    private static func payload(in body: [UInt8], _ range: Range<Int>?) throws(RunError) -> ArraySlice<UInt8> {
        guard let range else { throw .request("\"payload\" is missing") }
        guard body[range.lowerBound] == UInt8(ascii: "{") else {
            throw .request("\"payload\" is not an object")
        }
        return body[range]
    }

    private static func runner(in body: [UInt8], _ range: Range<Int>) throws(RunError) -> CodeRunner {
        guard let runner = text(body[range]).flatMap(CodeRunner.init) else {
            let known = CodeRunner.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
            throw .request("\"runner\" must be \(known)")
        }
        return runner
    }

    /// The text of a JSON string that the scanner has accepted; nil if it is something else, or half a surrogate pair.
    private static func text(_ json: ArraySlice<UInt8>) -> String? {
        guard json.first == UInt8(ascii: "\"") else { return nil }
        guard json.contains(UInt8(ascii: "\\")) else {
            return String(decoding: json.dropFirst().dropLast(), as: UTF8.self)
        }
        return try? JSONDecoder().decode(String.self, from: Data(json))
    }
}
