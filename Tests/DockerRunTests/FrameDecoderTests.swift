import TestSupport
import Testing

@testable import DockerRun

struct FrameDecoderTests {
    private struct Refused: Error, Equatable {}
    private typealias Failure = FrameDecoder.DecodingFailure<Refused>

    private struct Piece: Equatable {
        var stream: FrameDecoder.Stream
        var bytes: [UInt8]
    }

    private func frame(_ stream: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [stream, 0, 0, 0] + withUnsafeBytes(of: UInt32(bytes.count).bigEndian, Array.init) + bytes
    }

    /// What comes out, neighbouring pieces of a stream joined.
    private func decode(_ decoder: inout FrameDecoder, _ pieces: [[UInt8]]) throws(Failure) -> [Piece] {
        var result: [Piece] = []
        for piece in pieces {
            try piece.withUnsafeBytes { bytes in
                Result { () throws(Failure) in
                    try decoder.decode(bytes) { (stream, bytes, _) throws(Refused) in
                        if result.last?.stream == stream {
                            result[result.count - 1].bytes += bytes
                        } else {
                            result.append(Piece(stream: stream, bytes: Array(bytes)))
                        }
                    }
                }
            }.get()
        }
        return result
    }

    @Test func `frames come out the same wherever the stream is split`() throws {
        let stream =
            frame(1, Array("hello".utf8)) + frame(2, Array("oh".utf8)) + frame(1, []) + frame(0, [0xFF]) + frame(1, [1])
        let expected = [
            Piece(stream: .stdout, bytes: Array("hello".utf8)), Piece(stream: .stderr, bytes: Array("oh".utf8)),
            Piece(stream: .stdin, bytes: [0xFF]), Piece(stream: .stdout, bytes: [1]),
        ]
        for first in 0...stream.count {
            for second in [first, min(first + 1, stream.count), min(first + 9, stream.count)] {
                var decoder = FrameDecoder()
                let pieces = [Array(stream[..<first]), Array(stream[first..<second]), Array(stream[second...])]
                #expect(try decode(&decoder, pieces) == expected)
                #expect(decoder.isAtBoundary)
            }
        }
        var decoder = FrameDecoder()
        #expect(try decode(&decoder, stream.map { [$0] }) == expected)
    }

    @Test func `a stream is at a boundary between frames only`() throws {
        let stream = frame(1, [1, 2, 3])
        for count in 0...stream.count {
            var decoder = FrameDecoder()
            _ = try decode(&decoder, [Array(stream[..<count])])
            #expect(decoder.isAtBoundary == (count == 0 || count == stream.count))
        }
    }

    @Test(arguments: [[4, 0, 0, 0], [255, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 1]] as [[UInt8]])
    func `a header with an unknown stream or without its zeros is malformed`(_ start: [UInt8]) {
        var decoder = FrameDecoder()
        #expect {
            _ = try decode(&decoder, [start + [0, 0, 0, 1, 0x78]])
        } throws: { error in
            if case Failure.malformed(let frame) = error { frame.header == start + [0, 0, 0, 1] } else { false }
        }
    }

    @Test func `a length is announced with the first byte of its frame`() throws {
        var decoder = FrameDecoder()
        var announced: [Int] = []
        let bytes: [UInt8] = [1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x78]
        try bytes.withUnsafeBytes { bytes in
            try decoder.decode(bytes) { (_, _, rest) throws(Refused) in announced.append(rest) }
        }
        #expect(announced == [0xFFFF_FFFE])
    }

    @Test func `decoding stops where the receiver refuses`() {
        var decoder = FrameDecoder()
        var count = 0
        #expect {
            try (frame(1, [1]) + frame(1, [2])).withUnsafeBytes { bytes in
                try decoder.decode(bytes) { (_, _, _) throws(Refused) in
                    count += 1
                    throw Refused()
                }
            }
        } throws: { error in
            if case Failure.refused = error { true } else { false }
        }
        #expect(count == 1)
    }

    @Test func `random bytes are decoded or refused, and nothing else`() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<5000 {
            var decoder = FrameDecoder()
            for _ in 0..<4 {
                // Headers that are nearly right lead further in.
                let start: [UInt8] =
                    Bool.random(using: &random) ? [UInt8.random(in: 0...3, using: &random), 0, 0, 0, 0, 0, 0] : []
                let bytes =
                    start
                    + (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
                    }
                guard (try? decode(&decoder, [bytes])) != nil else { break }
            }
        }
    }
}
