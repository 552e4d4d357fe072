import Testing

@testable import DockerRun
@testable import Server

struct RunRequestTests {
    private func request(_ body: String) throws(RunError) -> RunRequest { try request(Array(body.utf8)) }

    private func request(_ body: [UInt8]) throws(RunError) -> RunRequest {
        try RunRequest(body: body) { name throws(RunError) in
            guard name == "c++" else { throw .language(name, known: ["cpp"]) }
            var language = Language("cpp", image: "docker-run/cpp:latest")
            language.runnerLanguage = "c\"pp"
            language.runner = .builtin
            return language
        }
    }

    @Test func `image and payload are read, and other members are ignored`() throws {
        let request = try request(
            #"{"x":[1],"payload":{"a":1},"y":{"image":2},"image":"glot/python:latest","payloads":3}"#)
        #expect(request.image == "glot/python:latest")
        #expect(String(decoding: request.payload, as: UTF8.self) == #"{"a":1}"#)
    }

    @Test func `the payload is kept byte for byte`() throws {
        let payload = "{ \"b\":123456789012345678901234567890,\t\"a\" : [1.10, 1e400] ,\"é\":\"\\u00e9\"}"
        #expect(
            String(decoding: try request(#"{"image":"x","payload":\#(payload)}"#).payload, as: UTF8.self) == payload)
    }

    @Test func `the runner is the image's own unless the built-in one is asked for`() throws {
        #expect(try request(#"{"image":"x","payload":{}}"#).runner == .image)
        #expect(try request(#"{"image":"x","payload":{},"runner":"image"}"#).runner == .image)
        #expect(try request(#"{"image":"x","payload":{},"runner":"builtin"}"#).runner == .builtin)
        for other in ["null", "true", #""""#, #""Builtin""#] {
            #expect(throws: RunError.request(#""runner" must be "image" or "builtin""#)) {
                try request(#"{"image":"x","payload":{},"runner":\#(other)}"#)
            }
        }
    }

    @Test func `a language stands for its image and runner, and is said to the runner where the payload does not`()
        throws
    {
        let request = try request(#"{"language":"c\u002b+","payload":{ "files":[]}}"#)
        #expect(request.image == "docker-run/cpp:latest")
        #expect(request.runner == .builtin)
        #expect(String(decoding: request.payload, as: UTF8.self) == #"{"language":"c\"pp", "files":[]}"#)
        #expect(
            String(decoding: try self.request(#"{"language":"c++","payload":{}}"#).payload, as: UTF8.self)
                == #"{"language":"c\"pp"}"#)
    }

    @Test(arguments: [#"{"a":{},"l\u0061nguage":"c"}"#, #"{"language":null}"#, #"{"runInstructions":{}}"#])
    func `a payload that says how it is run stays as it is`(_ payload: String) throws {
        let request = try request(#"{"payload":\#(payload),"language":"c++","runner":"image"}"#)
        #expect(String(decoding: request.payload, as: UTF8.self) == payload)
        #expect(request.runner == .image)
    }

    @Test func `beside an image, a language is a member like others`() throws {
        for language in [#""none""#, "1", #""c++","language":2"#] {
            let request = try request(#"{"image":"x","payload":{},"language":\#(language)}"#)
            #expect(request.image == "x" && request.runner == .image && request.payload == Array("{}".utf8)[...])
        }
    }

    @Test func `a language that there is not is refused, and those named that there are`() {
        #expect(throws: RunError.language("C++", known: ["cpp"])) { try request(#"{"language":"C++","payload":{}}"#) }
        #expect("\(RunError.language("C++", known: ["cpp", "d"]))" == #"There is no language "C++"; there are cpp, d"#)
        #expect(throws: RunError.request(#""language" is not a string"#)) {
            try request(#"{"language":1,"payload":{}}"#)
        }
        #expect(throws: RunError.request(#""language" is longer than 512 bytes"#)) {
            try request(#"{"language":"\#(String(repeating: "x", count: 512))","payload":{}}"#)
        }
        #expect(throws: RunError.request(#""payload" is missing"#)) { try request(#"{"language":"none"}"#) }
        #expect(throws: RunError.request(#""language" is there twice"#)) {
            try request(#"{"language":"c++","payload":{},"language":"c++"}"#)
        }
    }

    @Test(arguments: [
        ("{}", #""image" is missing, and "language" too"#), (#"{"image":"x","image":"y"}"#, #""image" is there twice"#),
        (#"{"image":1,"payload":1,"limits":1}"#, #""image" is not a string"#),
        (#"{"image":"x","payload":1,"limits":1}"#, #""payload" is not an object"#),
        (#"{"image":"x","payload":1,"runner":1}"#, #""runner" must be "image" or "builtin""#),
    ])
    func `of several faults the first is told, in the order in which they always were`(_ body: String, _ fault: String)
    {
        #expect(throws: RunError.request(fault)) { try request(body) }
    }

    @Test func `names and the image may be written with escapes`() throws {
        let request = try request(#"{"im\u0061ge":"\u0067lot\/x","p\u0061yload":{}}"#)
        #expect(request.image == "glot/x")
    }

    @Test func `names that only begin or end like ours are others`() throws {
        let request = try request(
            #"{"imag":1,"images":2,"\u0069mag":3,"ima\u0067es":4,"\n":5,"image":"x","payload":{}}"#)
        #expect(request.image == "x")
    }

    @Test func `an image that is far too long is refused`() {
        #expect(throws: RunError.self) {
            try request(#"{"image":"\#(String(repeating: "x", count: 513))","payload":{}}"#)
        }
    }

    @Test(arguments: [
        (#"{"payload":{}}"#, "\"image\" is missing, and \"language\" too"),
        (#"{"image":"x"}"#, "\"payload\" is missing"),
        (#"{"image":1,"payload":{}}"#, "\"image\" is not a string"),
        (#"{"image":null,"payload":{}}"#, "\"image\" is not a string"),
        (#"{"image":"","payload":{}}"#, "\"image\" is empty"),
        (#"{"image":"\ud800","payload":{}}"#, "\"image\" is not a string"),
        (#"{"image":"x","payload":[]}"#, "\"payload\" is not an object"),
        (#"{"image":"x","payload":null}"#, "\"payload\" is not an object"),
        (#"{"image":"x","payload":{},"image":"x"}"#, "\"image\" is there twice"),
        (#"{"image":"x","payload":{},"p\u0061yload":{}}"#, "\"payload\" is there twice"),
        ("", "The body is not a JSON object: empty text at byte 0"),
        ("{", "The body is not a JSON object: the text ends early at byte 1"),
        (#"{"image":"x","payload":{}} {"#, "The body is not a JSON object: something follows the object at byte 27"),
    ])
    func `a body that is not a run is refused with the reason`(_ body: String, _ reason: String) {
        #expect(throws: RunError.request(reason)) { try request(body) }
    }

    @Test func `a body that is no UTF-8 is refused`() {
        #expect(throws: RunError.self) {
            try request(Array(#"{"image":"x","payload":{"a":""#.utf8) + [0xFF] + Array(#""}}"#.utf8))
        }
    }

    @Test(arguments: [
        ("é", "U+00E9"), ("e\u{301}", "U+0301"), ("\\u00e9", "U+00E9"), ("\u{212A}", "U+212A"), ("x😀", "U+1F600"),
        ("a b", "U+0020"), ("\\n", "U+000A"), ("\u{7F}", "U+007F"), ("a/\u{200D}", "U+200D"),
    ])
    func `an image of anything but printable ASCII is refused, and told where`(_ image: String, _ scalar: String) {
        let reason = "\"image\" has \(scalar), and names of images are of printable ASCII without spaces"
        #expect(throws: RunError.request(reason)) { try request(#"{"image":"\#(image)","payload":{}}"#) }
    }

    @Test func `an image with a NUL is refused`() {
        #expect(throws: RunError.request("\"image\" has a NUL")) {
            try request(#"{"image":"x\u0000y","payload":{}}"#)
        }
    }

    @Test(arguments: [
        (#"{"image":"x","payload":{},"runner":"image","runner":"image"}"#, "\"runner\" is there twice"),
        (#"{"image":1,"image":"x","payload":{}}"#, "\"image\" is there twice"),
        (#"{"image":"x","payload":1,"payload":{}}"#, "\"payload\" is there twice"),
        (#"{"image":"x","payload":"{}"}"#, "\"payload\" is not an object"),
        (#"{"image":["x"],"payload":{}}"#, "\"image\" is not a string"),
        (#"{"image":"x","payload":{},"image":"y""#, "The body is not a JSON object: the text ends early at byte 37"),
        (#"{"Image":"x","payload":{}}"#, "\"image\" is missing, and \"language\" too"),
    ])
    func `a member that is there twice is refused, whatever it is, and kinds and letter case matter`(
        _ body: String, _ reason: String
    ) {
        #expect(throws: RunError.request(reason)) { try request(body) }
    }

    @Test func `members of members are nobody's business`() throws {
        let payload = #"{"image":1,"payload":2,"image":3,"runner":4}"#
        let request = try request(#"{"payload":\#(payload),"image":"x","other":{"payload":[]}}"#)
        #expect(String(decoding: request.payload, as: UTF8.self) == payload)
    }
}
