import Testing

@testable import DockerRun

struct ResultCollectorTests {
    private func collect(
        _ pieces: [(FrameDecoder.Stream, String)], limit: Int = 1000
    ) throws(RunError) -> (collector: ResultCollector, result: String) {
        var collector = ResultCollector(maximumSize: limit)
        for (stream, text) in pieces { try receive(&collector, stream, text) }
        return (collector, String(decoding: try collector.result(), as: UTF8.self))
    }

    private func receive(
        _ collector: inout ResultCollector, _ stream: FrameDecoder.Stream, _ text: String, announced: Int = 0
    ) throws(RunError) {
        try Array(text.utf8).withUnsafeBytes { bytes in
            Result { () throws(RunError) in _ = try collector.receive(stream, bytes, announced: announced) }
        }.get()
    }

    @Test func `the object is kept as it was written, without the white space around it`() throws {
        #expect(try collect([(.stdout, "\n {\"a\" : 1.0"), (.stdout, "0}\n\n")]).result == "{\"a\" : 1.00}")
    }

    @Test(arguments: [
        (#"{"limit":"time"}"#, StruckLimit.time), (#"{"a":{"limit":"time"},"limit" : "out\u0070ut"}"#, .output),
        (#"{"limit":"none"}"#, nil), (#"{"limit":1}"#, nil), (#"{"limit":{"limit":"time"}}"#, nil),
        (#"{"a":{"limit":"time"}}"#, nil), (#"{"limit":"time","limit":""}"#, nil), (#"{"timil":"memory"}"#, nil),
    ])
    func `the limit that a result names is known, however the text is cut`(_ text: String, _ limit: StruckLimit?) throws
    {
        for cut in 0..<text.utf8.count {
            let pieces = [text.utf8.prefix(cut), text.utf8.dropFirst(cut)].map {
                (FrameDecoder.Stream.stdout, String($0)!)
            }
            #expect(try collect(pieces).collector.struckLimit == limit)
        }
    }

    @Test func `an object is there as soon as its brace closes`() throws {
        var collector = ResultCollector(maximumSize: 100)
        try receive(&collector, .stdout, #"{"a":{}"#)
        #expect(!collector.isDecided)
        try receive(&collector, .stdout, "}")
        #expect(collector.isDecided)
    }

    @Test func `all streams together have one limit, which may just be reached`() throws {
        #expect(try collect([(.stdout, "{}    ")], limit: 6).result == "{}")
        #expect(throws: RunError.outputSize(6)) { try collect([(.stdout, "{}   "), (.stderr, "xx")], limit: 6) }
    }

    @Test func `what a frame announces counts before it comes`() {
        var collector = ResultCollector(maximumSize: 100)
        #expect(throws: RunError.outputSize(100)) { try receive(&collector, .stdout, "{", announced: 100) }
    }

    @Test func `stdin comes before stderr, and stderr before stdout`() {
        #expect(throws: RunError.stdin("a")) { try collect([(.stdout, "x"), (.stderr, "b"), (.stdin, "a")]) }
        #expect(throws: RunError.stderr("bc")) { try collect([(.stdout, "x"), (.stderr, "b"), (.stderr, "c")]) }
        #expect(throws: RunError.stderr("late")) { try collect([(.stdout, "{}"), (.stderr, "late")]) }
    }

    @Test(arguments: ["", "hello", "[]", "{} {}", "{}x", "{"])
    func `a stdout that is not one object is an error`(_ text: String) {
        #expect {
            _ = try collect([(.stdout, text)])
        } throws: { error in
            if case RunError.stdout = error { true } else { false }
        }
    }

    @Test func `a frame that just fits the limit is taken when it is announced`() throws {
        var collector = ResultCollector(maximumSize: 100)
        try receive(&collector, .stdout, "{", announced: 99)
        #expect(throws: RunError.outputSize(100)) { try receive(&collector, .stdout, "}", announced: 99) }
    }

    @Test func `every byte of the object is kept, also where a character is cut by two frames`() throws {
        var collector = ResultCollector(maximumSize: 1000)
        let text = Array(#"{"é😀":123456789012345678901234567890,"a":1.10,"a":"\u00e9\/"}"#.utf8)
        for byte in text {
            try [byte].withUnsafeBytes { bytes in
                Result { () throws(RunError) in _ = try collector.receive(.stdout, bytes, announced: 0) }
            }.get()
        }
        #expect(Array(try collector.result()) == text)
    }

    @Test func `a stdout that is no UTF-8 is an error, and a stderr that is none is replaced`() throws {
        var collector = ResultCollector(maximumSize: 1000)
        func receive(_ stream: FrameDecoder.Stream, _ bytes: [UInt8]) throws {
            _ = try bytes.withUnsafeBytes { try collector.receive(stream, $0, announced: 0) }
        }
        try receive(.stdout, Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8))
        #expect(throws: RunError.stdout(JSONSyntaxError(offset: 6, reason: "invalid UTF-8"))) { try collector.result() }
        try receive(.stderr, [0x61, 0xFF])
        #expect(throws: RunError.stderr("a\u{FFFD}")) { try collector.result() }
    }
}
