internal import Bytes
internal import DockerRun
internal import Glibc

/// From a variable's text to a value. Nothing is trimmed, guessed or rounded: a value that is nearly right is a fault.
enum ValueParser {
    typealias Parser<Value> = @Sendable (String) throws(InvalidValue) -> Value

    /// - Parameter reason: why there is nothing above the range, worded to follow a colon.
    static func integer(_ range: ClosedRange<Int>, unit: String? = nil, reason: String? = nil) -> Parser<Int> {
        { text throws(InvalidValue) in
            let kind = unit.map { "a whole number of \($0)" } ?? "a whole number"
            guard text.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(text) else {
                throw InvalidValue("must be \(kind), not \"\(text)\"")
            }
            guard range.contains(value) else {
                let bounds =
                    range.upperBound == .max
                    ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
                throw InvalidValue("must be \(kind) \(bounds), not \(text)" + (reason.map { ": \($0)" } ?? ""))
            }
            return value
        }
    }

    static let boolean: Parser<Bool> = { text throws(InvalidValue) in
        switch text {
        case "true": true
        case "false": false
        default: throw InvalidValue("must be true or false, not \"\(text)\"")
        }
    }

    static let text: Parser<String> = { text throws(InvalidValue) in
        guard !text.isEmpty else { throw InvalidValue("must not be empty") }
        return text
    }

    static let words: Parser<[String]> = { text in text.split(at: " ", omittingEmpty: true) }

    static let absolutePath: Parser<String> = { text throws(InvalidValue) in
        guard text.utf8.starts(with: "/".utf8) else { throw InvalidValue("must be an absolute path, not \"\(text)\"") }
        return text
    }

    /// A path, or `volume:NAME` with what the Docker Engine takes for the name of a volume (names.RestrictedNamePattern).
    static let builtinRunner: Parser<BuiltinRunnerSource> = { text throws(InvalidValue) in
        let parts = text.split(at: ":", maxSplits: 1, omittingEmpty: false)
        guard parts.count == 2, parts[0].utf8.elementsEqual("volume".utf8) else {
            guard text.utf8.starts(with: "/".utf8) else {
                throw InvalidValue("must be an absolute path or volume:NAME, not \"\(text)\"")
            }
            return .path(text)
        }
        let name = parts[1].utf8
        guard name.count >= 2, name.first?.isASCIILetterOrDigit == true,
            name.allSatisfy({ $0.isASCIILetterOrDigit || "_.-".utf8.contains($0) })
        else {
            throw InvalidValue(
                "must name a volume by two or more of a-z, A-Z, 0-9, _, . and -, and begin with a letter or digit, "
                    + "not \"\(parts[1])\"")
        }
        return .volume(parts[1])
    }

    /// sun_path of unix(7) holds 108 bytes with the terminating zero.
    static let socketPath: Parser<String> = { text throws(InvalidValue) in
        let path = try absolutePath(text)
        guard path.utf8.count < 108 else {
            throw InvalidValue("must be shorter than 108 bytes, which is all that a unix socket's address holds")
        }
        return path
    }

    static let address: Parser<String> = { text throws(InvalidValue) in
        var storage = in6_addr()
        guard inet_pton(AF_INET, text, &storage) == 1 || inet_pton(AF_INET6, text, &storage) == 1 else {
            throw InvalidValue("must be a numeric IP address such as 127.0.0.1 or 0.0.0.0, not \"\(text)\"")
        }
        return text
    }

    /// `ADDRESS:PORT`, with an IPv6 address in brackets (RFC 3986, section 3.2.2).
    static let listenAddress: Parser<ListenAddress> = { text throws(InvalidValue) in
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else {
            throw InvalidValue("must be of the form ADDRESS:PORT, such as 127.0.0.1:9188, not \"\(text)\"")
        }
        var host = text.utf8[..<colon]
        let isBracketed = host.first == UInt8(ascii: "[") && host.last == UInt8(ascii: "]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard isBracketed == host.contains(UInt8(ascii: ":")) else {
            throw InvalidValue("must have brackets around an IPv6 address, as in [::1]:9188, and only there")
        }
        let port = String(decoding: text.utf8[colon...].dropFirst(), as: UTF8.self)
        guard let number = try? integer(1...65535)(port) else {
            throw InvalidValue("must end with a port from 1 to 65535, not \"\(port)\"")
        }
        return ListenAddress(address: try address(String(decoding: host, as: UTF8.self)), port: number)
    }

    /// Scheme, host and perhaps a port, as browsers write them in `Origin` (RFC 6454, section 6.2); `*` is any.
    static let origins: Parser<[String]> = { text throws(InvalidValue) in
        try words(text).map { word throws(InvalidValue) in
            let parts = word.split(at: "/", omittingEmpty: false)
            let isOrigin = parts.count == 3 && parts[0].utf8.ends(with: ":") && parts[1].isEmpty && !parts[2].isEmpty
            let isPlain = word.utf8.allSatisfy { $0.asciiLowercased == $0 && (0x21...0x7E).contains($0) }
            guard word.utf8.elementsEqual("*".utf8) || (isOrigin && isPlain) else {
                throw InvalidValue(
                    "must have origins such as https://example.org:8080, in lower case, or *, not \"\(word)\"")
            }
            return word
        }
    }

    static let facades: Parser<[FacadeName]> = { text throws(InvalidValue) in
        try words(text).map(choice(FacadeName.self))
    }

    static let hosts: Parser<[String]> = { text throws(InvalidValue) in
        try words(text).map { word throws(InvalidValue) in
            let isName = word.utf8.allSatisfy { byte in
                byte.asciiLowercased == byte && (byte.isASCIILetterOrDigit || "-._".utf8.contains(byte))
            }
            guard isName else {
                throw InvalidValue(
                    "must have names such as run.example.org, in lower case and without a port, not \"\(word)\"")
            }
            return word
        }
    }

    /// The value of an HTTP header cannot carry line breaks, and loses white space at its ends (RFC 9110, section 5.5).
    static let token: Parser<String> = { text throws(InvalidValue) in
        guard !text.isEmpty else { throw InvalidValue("must not be empty") }
        guard text.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
            throw InvalidValue("must not contain white space or control characters: no header could carry it")
        }
        return text
    }

    static let tokens: Parser<[String]> = { text throws(InvalidValue) in [try token(text)] }

    static let cpus: Parser<Int> = { text throws(InvalidValue) in
        let digits = text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        guard digits, let value = Double(text), value >= 0.01, value <= 1024 else {
            throw InvalidValue("must be a number of CPUs from 0.01 to 1024, such as 0.5 or 2, not \"\(text)\"")
        }
        return Int((value * 1_000_000_000).rounded())
    }

    static let imagePatterns: Parser<[ImagePattern]> = { text throws(InvalidValue) in
        let patterns = try words(text)
        guard !patterns.isEmpty else {
            throw InvalidValue("must name at least one image or pattern; remove it to allow every local image")
        }
        return patterns.map(ImagePattern.init)
    }

    static let optionalLimits: Parser<Set<ContainerSettings.OptionalLimit>> = { text throws(InvalidValue) in
        Set(try words(text).map(choice(ContainerSettings.OptionalLimit.self)))
    }

    /// `pattern=runtime …`
    static let runtimes: Parser<[ContainerSettings.ImageRuntime]> = { text throws(InvalidValue) in
        try words(text).map { word throws(InvalidValue) in
            guard let (pattern, runtime) = pair(word) else {
                throw InvalidValue("must be of the form pattern=runtime, such as glot/*=runsc, not \"\(word)\"")
            }
            return ContainerSettings.ImageRuntime(pattern: ImagePattern(pattern), runtime: runtime)
        }
    }

    /// `image=count …`, with `:builtin` behind a count for the mounted code-runner.
    static let warmImages: Parser<[PoolSettings.WarmImage]> = { text throws(InvalidValue) in
        try words(text).map { word throws(InvalidValue) in
            guard let (image, tail) = pair(word) else {
                throw InvalidValue("must be of the form image=count, such as glot/python:latest=4, not \"\(word)\"")
            }
            if let fault = ImageName.fault(in: image) { throw InvalidValue("names an image that \(fault)") }
            let (digits, runner) = runner(behind: tail)
            return PoolSettings.WarmImage(image: image, count: try integer(1...4096)(digits), runner: runner)
        }
    }

    /// `language=image …`, with `:builtin` behind an image for the mounted code-runner.
    static let languages: Parser<[Language]> = { text throws(InvalidValue) in
        let languages = try words(text).map { word throws(InvalidValue) in
            guard let (name, tail) = pair(word) else {
                throw InvalidValue("must be of the form language=image, such as julia=julia:1:builtin, not \"\(word)\"")
            }
            let (image, runner) = runner(behind: tail)
            if let fault = ImageName.fault(in: image) { throw InvalidValue("names an image that \(fault)") }
            guard !image.isEmpty else { throw InvalidValue("names no image for \(name)") }
            var language = Language(name, image: image)
            language.runner = runner
            return language
        }
        for (index, one) in languages.enumerated() {
            let isTwice = languages[..<index].contains { $0.language.utf8.elementsEqual(one.language.utf8) }
            if isTwice { throw InvalidValue("names \(one.language) twice") }
        }
        return languages
    }

    /// What is in front of `:builtin`, or all of it.
    private static func runner(behind text: String) -> (String, RunRequest.CodeRunner) {
        let suffix = ":\(RunRequest.CodeRunner.builtin.rawValue)"
        guard text.utf8.ends(with: suffix) else { return (text, .image) }
        return (String(decoding: text.utf8.dropLast(suffix.utf8.count), as: UTF8.self), .builtin)
    }

    /// No name of an image has an equals sign, but a pattern's or a runtime's may be anything.
    private static func pair(_ word: String) -> (String, String)? {
        let parts = word.split(at: "=", maxSplits: 1, omittingEmpty: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return (parts[0], parts[1])
    }

    /// One of the names of an enumeration.
    static func choice<Value: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ type: Value.Type
    ) -> Parser<Value> {
        let names = Value.allCases.map(\.rawValue).joined(separator: " or ")
        return { text throws(InvalidValue) in
            guard let value = Value(rawValue: text) else { throw InvalidValue("must be \(names), not \"\(text)\"") }
            return value
        }
    }

    /// For a field that is nil where its variable is absent.
    static func optional<Value>(_ parse: @escaping Parser<Value>) -> Parser<Value?> {
        { text throws(InvalidValue) in try parse(text) }
    }
}

/// Why the text of a variable is not a value of its kind, worded to follow the variable's name.
struct InvalidValue: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
