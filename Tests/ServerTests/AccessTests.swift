import DockerRun
import Testing

@testable import HTTP
@testable import Server

struct AccessTests {
    private let access: Access

    init() {
        var settings = ServerSettings()
        settings.accessTokens = ["secret"]
        access = Access(tokens: AccessTokens(settings), maxBodySize: 100)
    }

    /// Nil if it gets in.
    private func refusal(_ token: [UInt8]?) throws -> Response? {
        var reader = HeadReader(singular: Access.fields)
        var text = Array("POST /run HTTP/1.1\r\nHost: a\r\n".utf8)
        if let token { text += Array("x-access-token: ".utf8) + token + Array("\r\n".utf8) }
        return access.refusal(of: try #require(try reader.read((text + Array("\r\n".utf8)).span)))
    }

    @Test func `the token gets in`() throws {
        #expect(try refusal(Array("secret".utf8)) == nil)
    }

    @Test(arguments: [nil, "", "secre", "secret2", "Secret", "secreT", "xxxxxx", "terces", "secret\u{1}"])
    func `a missing or wrong token gets 401`(_ token: String?) throws {
        let response = try refusal(token.map { Array($0.utf8) })
        #expect(response?.status == 401)
        #expect(response?.remarks.errorCode == "access_token")
    }

    private func refusal(fields: String...) throws -> Response? {
        var reader = HeadReader(singular: Access.fields)
        let text = (["POST /run HTTP/1.1", "Host: a"] + fields + ["", ""]).joined(separator: "\r\n")
        return access.refusal(of: try #require(try reader.read(Array(text.utf8).span)))
    }

    @Test(arguments: ["Authorization: Bearer secret", "authorization:bEARER   secret "])
    func `a bearer token counts as well`(_ field: String) throws {
        #expect(try refusal(fields: field) == nil)
    }

    @Test(arguments: [
        "Authorization: secret", "Authorization: Basic secret", "Authorization: Bearersecret", "Authorization: Bearer",
        "Authorization: Bearer secret, secret", "Authorization: Bearer secre",
    ])
    func `another scheme or token does not, and the answer says how`(_ field: String) throws {
        let response = try refusal(fields: field)
        #expect(response?.status == 401)
        #expect(response?.headers["WWW-Authenticate"] == "Bearer")
    }

    @Test func `where both fields are there our own counts`() throws {
        #expect(try refusal(fields: "X-Access-Token: secret", "Authorization: Bearer wrong") == nil)
        #expect(try refusal(fields: "X-Access-Token: wrong", "Authorization: Bearer secret")?.status == 401)
    }

    @Test func `two of one field are refused before anybody looks`() {
        #expect(throws: (any Error).self) {
            try refusal(fields: "Authorization: Bearer secret", "Authorization: Bearer secret")
        }
    }

    @Test func `no token that differs in one bit gets in`() throws {
        let token = Array("secret".utf8)
        for place in token.indices {
            for bit in 0..<8 {
                var wrong = token
                wrong[place] ^= 1 << bit
                #expect(try refusal(wrong)?.status == 401)
            }
        }
    }
}
