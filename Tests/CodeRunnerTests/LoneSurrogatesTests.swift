import Testing

@testable import CodeRunner

struct LoneSurrogatesTests {
    @Test(arguments: [
        (#""\ud83d""#, #""\ufffd""#), (#""\uDE42x""#, #""\ufffdx""#), (#""\ud83d\ude42""#, #""\ud83d\ude42""#),
        (#""\ud83d\ud83d\ude42""#, #""\ufffd\ud83d\ude42""#), (#""\ud83d\n""#, #""\ufffd\n""#),
        (#""\ude42\ud83d""#, #""\ufffd\ufffd""#), (#""\ud83d\\ude42""#, #""\ufffd\\ude42""#),
        // A backslash that is itself escaped begins no escape.
        (#""\\ud83d""#, #""\\ud83d""#), (#""\\\ud83d""#, #""\\\ufffd""#),
        (#""\u00e9\ue000\ud7ff""#, #""\u00e9\ue000\ud7ff""#),
        // What is no JSON is left for the decoder to refuse.
        (#""\ud8"#, #""\ud8"#), (#"\"#, #"\"#), (#""\uzzzz\u"#, #""\uzzzz\u"#),
    ])
    func `half a surrogate pair becomes the replacement character, and nothing else changes`(
        _ json: String, _ replaced: String
    ) {
        var bytes = Array(json.utf8)
        LoneSurrogates.replace(in: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == replaced)
    }
}
