@testable import DockerRun

extension Target {
    /// FrameDecoder, in one piece and in many, finds what is found in the whole stream.
    static let frames = Target("frames") { bytes in
        let naive = NaiveFrames(bytes)
        for found in [decode([bytes[...]]), decode(pieces(bytes))] {
            expect(found == naive, "\(found) is not \(naive)")
        }
    }

    /// ResultCollector says of what FrameDecoder passes on what can be said of the whole streams.
    static let result = Target("result") { bytes in
        let naive = NaiveFrames(bytes)
        guard naive.malformed == nil else { return }
        let expected = expectedResult(naive)
        for pieces in [[bytes[...]], pieces(bytes)] {
            var collector = ResultCollector(maximumSize: .max)
            decode(pieces) { stream, content, announced in
                let received = Result { () throws(RunError) in
                    try collector.receive(stream, content, announced: announced)
                }
                if case .failure(let error) = received { fatalError("\(error)") }
            }
            expect(collector.isEmpty == naive.streams.allSatisfy(\.isEmpty), "it is not empty")
            let found = Result { () throws(RunError) in try collector.result() }
            switch (found, expected) {
            case (.success(let object), .object(let other)): expect(object.elementsEqual(other), "another object")
            case (.failure(.stdin(let text)), .stdin), (.failure(.stderr(let text)), .stderr):
                expect(text == naive.streams[expected == .stdin ? 0 : 2].text, "another text")
            case (.failure(.stdout), .invalid), (.failure(.stream), .daemon): break
            default: fatalError("\(found) is not \(expected)")
            }
        }
    }

    private enum Expected: Equatable {
        case daemon, stdin, stderr, invalid
        case object([UInt8])
    }

    private static func expectedResult(_ naive: NaiveFrames) -> Expected {
        if !naive.streams[3].isEmpty { return .daemon }
        if !naive.streams[0].isEmpty { return .stdin }
        if !naive.streams[2].isEmpty { return .stderr }
        guard let json = NaiveJSON(naive.streams[1]) else { return .invalid }
        return .object(Array(naive.streams[1][json.object]))
    }

    private static func decode(_ pieces: [ArraySlice<UInt8>]) -> NaiveFrames {
        var streams = NaiveFrames().streams
        var found = decode(pieces) { stream, content, _ in streams[Int(stream.rawValue)] += content }
        found.streams = streams
        return found
    }

    @discardableResult
    private static func decode(
        _ pieces: [ArraySlice<UInt8>], frame: (FrameDecoder.Stream, UnsafeRawBufferPointer, Int) -> Void
    ) -> NaiveFrames {
        var decoder = FrameDecoder()
        var found = NaiveFrames()
        do {
            for piece in pieces { try piece.withUnsafeBytes { try decoder.decode($0, frame: frame) } }
        } catch let error as FrameDecoder.DecodingFailure<Never> {
            if case .malformed(let frame) = error { found.malformed = frame.header }
        } catch {
            fatalError("\(error)")
        }
        found.isAtBoundary = found.malformed == nil && decoder.isAtBoundary
        return found
    }
}
