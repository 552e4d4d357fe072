import Testing

@testable import HTTP
@testable import Server

struct ForeignPagesTests {
    /// The code of the refusal, if there is one.
    private func refusal(
        _ fields: String..., origins: [String] = [], hosts: [String] = []
    ) throws -> String? {
        var reader = HeadReader()
        let text = (["GET /run HTTP/1.1"] + fields + ["", ""]).joined(separator: "\r\n")
        let head = try #require(try reader.read(Array(text.utf8).span))
        return ForeignPages(origins: origins, hosts: hosts).refusal(of: head)?.remarks.errorCode
    }

    @Test(arguments: [
        "localhost", "LOCALHOST:8088", "127.0.0.1", "127.0.0.1:8088", "[::1]", "[::1]:8088", "10.1.2.3:80",
        "run.example.org", "Run.Example.org:443",
    ])
    func `an address, localhost and a name of this server may be asked`(_ host: String) throws {
        #expect(try refusal("Host: \(host)", hosts: ["other", "run.example.org"]) == nil)
    }

    @Test(arguments: [
        "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "run.example.org.evil.example", "1.2.3", "",
        "evil.example:8088", "127.1", "0x7f000001",
    ])
    func `another name is refused, wherever it points`(_ host: String) throws {
        #expect(try refusal("Host: \(host)", hosts: ["run.example.org"]) == "request.host")
        #expect(try refusal("Host: \(host)", "Origin: http://\(host)", origins: ["*"]) == "request.host")
    }

    @Test func `a page of our own, or of an origin that may, asks, and any other is refused`() throws {
        for origin in ["http://localhost:8088", "https://localhost:8088", "HTTP://LocalHost:8088"] {
            #expect(try refusal("Host: localhost:8088", "Origin: \(origin)") == nil)
        }
        #expect(try refusal("Host: localhost", "Origin: https://a.example", origins: ["https://a.example"]) == nil)
        #expect(try refusal("Host: localhost", "Origin: https://a.example", origins: ["*"]) == nil)
        for origin in [
            "https://a.example.evil", "null", "", "http://localhost", "http://localhost:80880", "https://evil.example",
            "file://", "http://localhost:8088/",
        ] {
            let code = try refusal("Host: localhost:8088", "Origin: \(origin)", origins: ["https://a.example"])
            #expect(code == "request.origin", "\(origin)")
        }
        #expect(
            try refusal("Host: localhost", "Origin: http://localhost", "Origin: https://evil.example")
                == "request.origin")
    }
}
