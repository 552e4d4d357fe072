import Glibc

@testable import DockerRun
@testable import Server

extension Target {
    /// RunRequest takes what a parser of the whole text and FoundationEssentials' strings make a request, and nothing else. There
    /// are no languages here.
    static let runRequest = Target("run-request") { bytes in
        let found = Result { () throws(RunError) in
            try RunRequest(body: bytes) { name throws(RunError) in throw .language(name, known: []) }
        }
        let expected = ExpectedRequest(bytes)
        guard case .success(let request) = found else {
            return expect(expected == nil, "\(found), but it is a request for \(expected?.image ?? "")")
        }
        guard let expected else { fatalError("it is no request, but was taken for \(request.image)") }
        expect(request.image.utf8.elementsEqual(expected.image.utf8), "\(request.image) is not \(expected.image)")
        expect(request.runner.rawValue == expected.runner, "\(request.runner) is not \(expected.runner)")
        expect(request.payload.elementsEqual(bytes[expected.payload]), "the payload is another")
        expect(request.limits == expected.limits, "\(request.limits) are not \(expected.limits)")
    }
}

private struct ExpectedRequest {
    let image: String
    let payload: Range<Int>
    var runner = "image"
    var limits = RunLimits()

    init?(_ bytes: [UInt8]) {
        guard let json = NaiveJSON(bytes) else { return nil }
        let named = { (name: String) in json.members.filter { decodedString(bytes[$0.name]) == name }.map(\.value) }
        let (images, payloads, runners) = (named("image"), named("payload"), named("runner"))
        guard images.count == 1, payloads.count == 1, runners.count <= 1, images[0].count <= 512,
            let image = decodedString(bytes[images[0]]), !image.isEmpty,
            image.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), bytes[payloads[0].lowerBound] == UInt8(ascii: "{")
        else { return nil }
        self.image = image
        payload = payloads[0]
        if let runner = runners.first {
            guard let name = decodedString(bytes[runner]), ["image", "builtin"].contains(name) else { return nil }
            self.runner = name
        }
        let limits = named("limits")
        guard let first = limits.first else { return }
        guard limits.count == 1, let read = ExpectedLimits(Array(bytes[first])) else { return nil }
        self.limits = read.limits
    }
}

/// Limits as FoundationEssentials reads their numbers.
private struct ExpectedLimits {
    private(set) var limits = RunLimits()

    init?(_ bytes: [UInt8]) {
        guard bytes.first == UInt8(ascii: "{"), let json = NaiveJSON(bytes) else { return nil }
        var names: Set<String> = []
        for member in json.members {
            guard let name = decodedString(bytes[member.name]), names.insert(name).inserted,
                let number = Self.number(bytes[member.value])
            else { return nil }
            switch name {
            case "executionTime": limits.executionTime = .seconds(min(max(number, -1e9), 1e9))
            case "cpus": limits.nanoCPUs = Self.integer((number * 1e9).rounded())
            case "outputSize", "memory", "pids":
                guard number.isInfinite || number.truncatingRemainder(dividingBy: 1) == 0 else { return nil }
                if name == "outputSize" { limits.outputSize = Self.integer(number) }
                if name == "memory" { limits.memory = Self.integer(number) }
                if name == "pids" { limits.pids = Self.integer(number) }
            default: return nil
            }
        }
    }

    private static func integer(_ number: Double) -> Int { Int(exactly: number) ?? (number > 0 ? .max : .min) }

    /// strtod(3), which takes more than JSON does, of a text that is JSON.
    private static func number(_ json: ArraySlice<UInt8>) -> Double? {
        guard let first = json.first, "-0123456789".utf8.contains(first) else { return nil }
        return strtod(String(decoding: json, as: UTF8.self), nil)
    }
}
