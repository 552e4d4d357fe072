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
        var reader = HeadReader(singular: [Access.field])
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
