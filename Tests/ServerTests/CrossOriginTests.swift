import Testing

@testable import HTTP
@testable import Server

struct CrossOriginTests {
    private func head(_ method: String, _ fields: String...) throws -> RequestHead {
        var reader = HeadReader()
        let text = (["\(method) /run HTTP/1.1", "Host: a"] + fields + ["", ""]).joined(separator: "\r\n")
        return try #require(try reader.read(Array(text.utf8).span))
    }

    private func completed(_ origins: [String], _ head: RequestHead) -> Headers {
        var response = Response(status: 401, .bytes([]))
        CrossOrigin(origins: origins).complete(&response, head)
        return response.headers
    }

    @Test func `a page that may ask may read every answer, and others are told nothing`() throws {
        let head = try head("POST", "Origin: https://a.example")
        let headers = completed(["http://b", "https://a.example"], head)
        #expect(headers["Access-Control-Allow-Origin"] == "https://a.example")
        #expect(headers["Vary"] == "Origin")
        #expect(headers["Access-Control-Expose-Headers"]?.contains("X-Request-Id") == true)
        let any = completed(["*"], head)
        #expect(any["Access-Control-Allow-Origin"] == "*" && any["Vary"] == nil)
        for origins in [[], ["https://a.example.org"], ["http://a.example"]] {
            #expect(completed(origins, head) == Headers())
        }
        #expect(completed(["*"], try self.head("POST")) == Headers())
    }

    @Test func `a browser that asks first is answered without a token, if the page may ask`() throws {
        let access = CrossOrigin(origins: ["https://a.example"])
        let asking = try head("OPTIONS", "Origin: https://a.example", "Access-Control-Request-Method: POST")
        let answer = try #require(access.preflight(asking))
        #expect(answer.status == 204)
        #expect(answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST")
        #expect(answer.headers["Access-Control-Allow-Headers"]?.contains("X-Access-Token") == true)
        #expect(access.preflight(try head("OPTIONS", "Origin: https://a.example")) == nil)
        #expect(
            access.preflight(try head("POST", "Origin: https://a.example", "Access-Control-Request-Method: POST"))
                == nil)
        let other = try head("OPTIONS", "Origin: https://b.example", "Access-Control-Request-Method: POST")
        #expect(access.preflight(other) == nil)
    }
}
