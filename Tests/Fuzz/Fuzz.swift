import FoundationEssentials
import TestSupport

/// One part that reads what others have written, and what has to be true of it whatever that is.
struct Target: Sendable {
    let name: String
    /// Ends the process (``expect(_:_:)``) where something is not as it has to be.
    let check: @Sendable ([UInt8]) -> Void

    init(_ name: String, _ check: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.check = check
    }

    static let all = [
        chunkedBody, commands, connection, environment, facades, fileNames, frames, imagePattern, json, logLine,
        payload,
        requestHead,
        requests, responseHead, result, runnerEvents, runRequest, shellWord, tokenFile, webSocket,
    ]

    /// The one that FUZZ_TARGET names.
    fileprivate static let chosen: Target = {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"]
        guard let target = all.first(where: { $0.name == name }) else {
            fatalError("FUZZ_TARGET must be one of \(all.map(\.name).joined(separator: ", "))")
        }
        return target
    }()
}

/// https://llvm.org/docs/LibFuzzer.html: called for each input, on one thread.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Target.chosen.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// libFuzzer keeps the input and says where it is.
func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}

/// The bytes in pieces, which are the same each time for the same bytes.
func pieces(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    // FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv
    let hash = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var generator = SeededGenerator(seed: hash)
    let longest = [1, 3, 16, 200].randomElement(using: &generator) ?? 1
    var pieces: [ArraySlice<UInt8>] = []
    var start = 0
    while start < bytes.count {
        let end = min(bytes.count, start + .random(in: 1...longest, using: &generator))
        pieces.append(bytes[start..<end])
        start = end
    }
    return pieces
}

extension Collection<UInt8> {
    var text: String { String(decoding: self, as: UTF8.self) }
}
