import Testing

@testable import HTTP

struct ResponseTests {
    private func head(_ response: Response, minorVersion: Int = 1, closes: Bool = false) -> String {
        let head = ResponseHead(
            response: response, requestID: "id", minorVersion: minorVersion, closes: closes,
            date: HTTPDate.text(of: 784_111_777))
        return String(decoding: head.bytes, as: UTF8.self)
    }

    @Test func `a head is written to the byte`() {
        #expect(
            head(Response(contentType: "text/plain", .bytes([1, 2])), closes: true)
                == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Request-Id: id\r\nContent-Length: 2\r\n"
                + "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: close\r\n\r\n")
    }

    @Test(arguments: [101, 204, 304])
    func `some statuses have no body and no length`(_ status: Int) {
        #expect(!head(Response(status: status, .bytes([]))).contains("Content-Length"))
    }

    @Test func `no value ends its line`() {
        var headers = Headers()
        headers.append("A", "b\r\nC: d\n\0e")
        #expect(String(decoding: headers.lines, as: UTF8.self) == "A: b  C: d  e\r\n")
    }
}
