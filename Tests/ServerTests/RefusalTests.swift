import Foundation
import Testing

@testable import HTTP
@testable import Server

struct RefusalTests {
    private func object(_ response: Response) throws -> [String: String] {
        guard case .bytes(let bytes) = response.body else { return [:] }
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String])
    }

    @Test(arguments: [
        (Refusal.noSuchPath("/x\"\n"), 404, "not_found"),
        (.methodNotAllowed("/run", allowed: [.post]), 405, "method_not_allowed"),
        (.bodyTooLong(limit: 100), 413, "request.body.size"), (.contentCoding, 415, "request.content_encoding"),
        (.chunks, 400, "request.body"), (.headTimeout(60), 408, "request.timeout"),
        (.bodyTimeout(60), 408, "request.timeout"), (.head(.init("No", status: 431)), 431, "request.head"),
    ])
    func `a refusal is a JSON error with its code`(_ refusal: Refusal, _ status: Int, _ code: String) throws {
        let response = Response(refusal)
        #expect(response.status == status)
        #expect(response.headers["content-type"] == "application/json")
        #expect(response.remarks.errorCode == code)
        #expect(try object(response)["error"] == code)
        #expect(try object(response)["message"]?.isEmpty == false)
    }

    @Test func `it has the fields that HTTP wants`() {
        #expect(Response(.methodNotAllowed("/", allowed: [.get, .head])).headers["allow"] == "GET, HEAD")
        #expect(Response(.contentCoding).headers["accept-encoding"] == "identity")
    }
}
