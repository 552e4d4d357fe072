import Testing

@testable import HTTP

struct MediaTypeTests {
    @Test(arguments: [
        "application/json", "Application/JSON ; charset=utf-8", "text/json", "application/vnd.api+json",
        "application/json;charset=\"UTF-8\"", " application/json", "application/json; x=y; charset=us-ascii",
    ])
    func `JSON in UTF-8 goes by many names`(_ text: String) {
        #expect(MediaType(text).isJSON)
        #expect(MediaType(text).isUTF8)
    }

    @Test(arguments: [
        "", ";", "text/plain", "application/jsonp", "json", "application/json+xml", "application/json\u{301}",
    ])
    func `what is not JSON is not taken for it`(_ text: String) {
        #expect(!MediaType(text).isJSON)
    }

    @Test(arguments: [("utf-16", "utf-16"), ("\"UTF-16LE\"", "utf-16le"), ("latin1", "latin1"), ("", "")])
    func `another charset is known by its name`(_ charset: String, _ name: String) {
        let type = MediaType("application/json; Charset=\(charset)")
        #expect(type.isJSON)
        #expect(!type.isUTF8)
        #expect(type.charset == name)
    }
}
