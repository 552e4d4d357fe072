import Testing

@testable import DockerRun

struct RunnerWordTests {
    @Test(arguments: [
        #"{"stdin":{"text":"a\n\u00e9"}}"#, #"{"stdin":{"base64":"aGkK"}}"#, #"{"stdin":{"base64":""}}"#,
        #" {"eof" : true} "#,
        #"{"s\u0069gnal":"SIG\u0049NT"}"#, #"{"signal":"SIGUSR2"}"#, #"{"terminal":{"rows":1,"columns":65535}}"#,
    ])
    func `what may be said is passed on as it is`(_ text: String) throws {
        #expect(try RunnerWord(json: Array(text.utf8)).json == Array(text.utf8))
    }

    @Test(arguments: [
        "", "[]", "{", "true", #"{"eof":true}{"eof":true}"#, "{\"stdin\":{\"text\":\"\u{1}\"}}",
    ])
    func `what is no JSON object is refused as that`(_ text: String) {
        let error = #expect(throws: RunnerWord.Malformed.self) { try RunnerWord(json: Array(text.utf8)) }
        #expect(error?.reason.hasPrefix("a message is not a JSON object: ") == true)
    }

    @Test(arguments: [
        "{}", #"{"eof":true,"signal":"SIGINT"}"#, #"{"result":{}}"#, #"{"eof":true,"eof":true,"eof":true}"#,
    ])
    func `what is none of the four, or more than one, is refused`(_ text: String) {
        #expect(throws: RunnerWord.Malformed(reason: "a message is one of stdin, eof, signal and terminal")) {
            try RunnerWord(json: Array(text.utf8))
        }
    }

    @Test(arguments: [
        #"{"eof":false}"#, #"{"eof":1}"#, #"{"signal":"SIGSTOP"}"#, #"{"signal":2}"#, #"{"signal":["SIGINT"]}"#,
        #"{"stdin":"a"}"#, #"{"stdin":{}}"#, #"{"stdin":{"text":1}}"#, #"{"stdin":{"text":"a","base64":""}}"#,
        #"{"stdin":{"base64":"aGk"}}"#, #"{"stdin":{"base64":"a=a="}}"#, #"{"stdin":{"base64":"a==="}}"#,
        #"{"stdin":{"base64":"aGk\u004b"}}"#, #"{"stdin":{"text":"","x":1}}"#, #"{"terminal":{"columns":80}}"#,
        #"{"terminal":{"columns":0,"rows":24}}"#, #"{"terminal":{"columns":65536,"rows":24}}"#,
        #"{"terminal":{"columns":8.0,"rows":24}}"#, #"{"terminal":{"columns":-8,"rows":24}}"#,
        #"{"terminal":{"columns":80,"columns":80}}"#, #"{"terminal":{"columns":80,"rows":24,"x":1}}"#,
        #"{"terminal":80}"#,
    ])
    func `a value of another kind is refused, and the message names the member`(_ text: String) {
        let error = #expect(throws: RunnerWord.Malformed.self) { try RunnerWord(json: Array(text.utf8)) }
        let name = text.dropFirst(2).prefix { $0 != "\"" }
        #expect(error?.reason.hasPrefix("\"\(name)\" is not ") == true)
    }
}
