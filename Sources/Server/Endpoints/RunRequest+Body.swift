internal import DockerRun
internal import FoundationEssentials

/// One run as a client asks for it: `{"image": string, "payload": object, "runner"?: "image"|"builtin", "limits"?: object}`.
/// Other members are ignored.
extension RunRequest {
    /// Reads a request's body.
    ///
    /// - Throws: ``RunError/request(_:)`` if it is not strict JSON (RFC 8259, UTF-8, nested at most 128 deep), if a member
    ///   is missing, of the wrong kind, or there twice; ``RunError/limits(_:)``, see ``RunLimits/init(json:)``.
    init(body: [UInt8]) throws(RunError) {
        try Self.refuseByteOrderMark(body)
        var image: Range<Int>?
        var payload: Range<Int>?
        var runner: Range<Int>?
        var limits: Range<Int>?
        var repeated: String?
        var scanner = JSONScanner()
        do {
            try scanner.scan(body.span) { member in
                let name = body[member.name]
                if name.isJSONString("image") {
                    if image != nil { repeated = "image" }
                    image = member.value
                } else if name.isJSONString("payload") {
                    if payload != nil { repeated = "payload" }
                    payload = member.value
                } else if name.isJSONString("runner") {
                    if runner != nil { repeated = "runner" }
                    runner = member.value
                } else if name.isJSONString("limits") {
                    if limits != nil { repeated = "limits" }
                    limits = member.value
                }
            }
            _ = try scanner.finish()
        } catch {
            throw .request("The body is not a JSON object: \(error)")
        }
        if let repeated { throw .request("\"\(repeated)\" is there twice") }
        self.init(
            image: try Self.image(in: body, image), runner: try Self.runner(in: body, runner),
            payload: try Self.payload(in: body, payload), limits: try Self.limits(in: body, limits))
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
        guard let range else { throw .request("\"image\" is missing") }
        guard range.count <= maximumImageLength else {
            throw .request("\"image\" is longer than \(maximumImageLength) bytes")
        }
        guard let image = text(body[range]) else { throw .request("\"image\" is not a string") }
        guard !image.isEmpty else { throw .request("\"image\" is empty") }
        if let fault = ImageName.fault(in: image) { throw .request("\"image\" \(fault)") }
        return image
    }

    private static func payload(in body: [UInt8], _ range: Range<Int>?) throws(RunError) -> ArraySlice<UInt8> {
        guard let range else { throw .request("\"payload\" is missing") }
        guard body[range.lowerBound] == UInt8(ascii: "{") else {
            throw .request("\"payload\" is not an object")
        }
        return body[range]
    }

    private static func limits(in body: [UInt8], _ range: Range<Int>?) throws(RunError) -> RunLimits {
        guard let range else { return RunLimits() }
        return try RunLimits(json: body[range])
    }

    private static func runner(in body: [UInt8], _ range: Range<Int>?) throws(RunError) -> CodeRunner {
        guard let range else { return .image }
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
