internal import Bytes
internal import DockerRun
internal import FoundationEssentials

/// Why Piston's server says 400.
struct PistonRefusal: Error {
    let message: String
}

/// What a client asks for, checked in Piston's order.
struct PistonJob: Sendable {
    let request: RunRequest
    let verdict: Verdict

    /// What its answer needs.
    struct Verdict: Sendable {
        let runtime: PistonRuntime
        /// Milliseconds of CPU that the build, and the program, may take. They are judged by when all has ended.
        let cpuTimes: (compile: Double?, run: Double?)
    }

    /// - Parameters:
    ///   - isStrict: the version counts.
    ///   - isTypedInto: the program gets its input later.
    init(
        json: [UInt8], _ languages: [Language], _ limits: FacadeLimits, isStrict: Bool, isTypedInto: Bool = false
    ) throws(PistonRefusal) {
        let body: PistonBody
        do throws(ReadingFault) {
            body = try ReadingFault.read(PistonBody.self, json)
        } catch {
            throw PistonRefusal(message: "\(error)")
        }
        let name = try body.required(body.language, "language")
        let version = try body.required(body.version, "version")
        let asked = try body.contents()
        guard let language = Self.language(name, version, isStrict: isStrict, languages) else {
            throw PistonRefusal(message: "\(name)-\(version) runtime is unknown")
        }
        guard let main = asked.firstIndex(where: \.isText) else {
            throw PistonRefusal(message: "files must include at least one utf8 encoded file")
        }
        let runtime = PistonRuntime(language)
        let memory = try body.memory(limits)
        let times = try body.times(limits)
        verdict = Verdict(runtime: runtime, cpuTimes: try body.cpuTimes())
        var files = try Self.files(asked, body, main: main, language)
        files.insert(files.remove(at: main), at: 0)
        var program = ProgramPayload(language, files: files)
        if !isTypedInto { program.stdin = try body.input() }
        program.args = try body.arguments()
        program.env = ["PISTON_LANGUAGE": runtime.language]
        (program.buildTime, program.runTime) = times
        program.interleaved = !isTypedInto
        request = program.request(language, memory: memory)
    }

    /// Of those with the name, the newest whose version is in the range; unless that is strict, else the newest. What is
    /// called so is before what has it as an alias.
    private static func language(
        _ name: String, _ version: String, isStrict: Bool, _ languages: [Language]
    ) -> Language? {
        let called = languages.map { (language: $0, runtime: PistonRuntime($0)) }.filter { $0.runtime.isCalled(name) }
        let exact = called.filter { $0.runtime.language.utf8.elementsEqual(name.utf8) }
        let newest = (exact.isEmpty ? called : exact).sorted {
            VersionTriple($1.runtime.version) < VersionTriple($0.runtime.version)
        }
        let range = VersionRange(version)
        let fitting = newest.first { range?.contains(VersionTriple($0.runtime.version)) ?? false }
        return (fitting ?? (isStrict ? nil : newest.first))?.language
    }

    private static func files(
        _ asked: [PistonBody.Content], _ body: PistonBody, main: Int, _ language: Language
    ) throws(PistonRefusal) -> [ProgramPayload.File] {
        var files: [ProgramPayload.File] = []
        for (index, file) in asked.enumerated() {
            let isMain = index == main
            let name = file.name ?? (isMain ? language.mainFile : nil) ?? "file\(index).code"
            var (content, encoding) = (file.content, file.encoding)
            if encoding == .hex {
                guard let bytes = Self.bytes(ofHex: content) else {
                    throw PistonRefusal(message: "files[\(index)].content is not hex")
                }
                (content, encoding) = (Data(bytes).base64EncodedString(), .base64)
            }
            files.append(
                .init(
                    name: isMain ? Self.withExtension(of: language.mainFile, name) : name, content: content,
                    encoding: encoding.rawValue))
        }
        return files
    }

    /// Compilers go by the extension of a file, and many clients send one without, or `file0.code`.
    private static func withExtension(of mainFile: String?, _ name: String) -> String {
        guard let mainFile, let dot = mainFile.utf8.lastIndex(of: UInt8(ascii: ".")) else { return name }
        let last =
            name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? name.utf8[...]
        let isGood = last.contains(UInt8(ascii: ".")) && !last.ends(with: ".code") && !last.ends(with: ".txt")
        return isGood ? name : name + String(decoding: mainFile.utf8[dot...], as: UTF8.self)
    }

    private static func bytes(ofHex text: String) -> [UInt8]? {
        let digits = text.utf8.map(\.hexadecimalValue)
        guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 != nil }) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8((digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0)) }
    }
}
