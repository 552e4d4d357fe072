import Testing

@testable import DockerRun

struct RunnerEventReaderTests {
    private func read(_ text: String, cut: Int) throws(RunError) -> (events: [String], result: String?) {
        var reader = RunnerEventReader()
        var events: [String] = []
        var result: [UInt8]?
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty, result == nil {
            let piece = Array(rest.prefix(cut))
            rest = rest.dropFirst(cut)
            let reading = try piece.withUnsafeBytes { bytes in
                Result { () throws(RunError) in try reader.read(bytes) }
            }.get()
            events += reading.events.map { "\($0.name) \(String(decoding: $0.value, as: UTF8.self))" }
            result = reading.result.map { $0 + rest }
        }
        return (events, result.map { String(decoding: $0, as: UTF8.self) })
    }

    @Test
    func `events are told of as they were written, however they are cut, and what follows the result is not lost`()
        throws
    {
        let text =
            #"{"stage":{"stage":"build"}} {"stdout" : {"text":"a}\"{"}}"# + "\n"
            + #"{"std\u0065rr":{"base64":"/w=="}}{"cut":{ }}{"result":{"a" : [1.0]}}"# + " x"
        for cut in 1...text.utf8.count {
            let (events, result) = try read(text, cut: cut)
            #expect(
                events == [
                    #"stage {"stage":"build"}"#, #"stdout {"text":"a}\"{"}"#, #"stderr {"base64":"/w=="}"#, "cut { }",
                ])
            #expect(result == #"{"a" : [1.0]} x"#)
        }
    }

    @Test(arguments: [
        "x", "[]", #"{}"#, #"{"stdout":{},"stderr":{}}"#, #"{"other":{}}"#, #"{"stage":"a"}x"#, #"{"stage":tru}"#,
        #"{"result":{},"a":1}"#,
    ])
    func `anything else is a broken stream`(_ text: String) {
        for cut in 1...text.utf8.count {
            #expect {
                _ = try read(text, cut: cut)
            } throws: { error in
                if case RunError.stream = error { true } else { false }
            }
        }
    }

    @Test func `an object that is not finished is none yet`() throws {
        let (events, result) = try read(#"{"stage":"build"}{"stdout":{"te"#, cut: 3)
        #expect(events.count == 1 && result == nil)
    }

    @Test func `many events in one piece take no more time for each`() throws {
        let count = 100_000
        let (events, _) = try read(String(repeating: #"{"stdout":{"text":"x"}}"#, count: count), cut: .max)
        #expect(events.count == count)
    }
}
