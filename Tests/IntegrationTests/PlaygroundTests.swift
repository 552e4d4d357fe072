import TestSupport
import Testing

extension IntegrationTests.WithoutEngine {
    @Suite(.serialized) struct Playground {
        @Test func `the page needs no token, and lets nobody in without one`() throws {
            let server = try ServerUnderTest(["DOCKER_UNIX_SOCKET_PATH": "/nowhere/docker.sock"])
            let page = try server.get("/playground", token: nil)
            #expect(page.status == 200)
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.headers["content-security-policy"]?.hasPrefix("default-src 'none'; ") == true)
            #expect(page.text.contains("playground/page.js"))
            #expect(try server.get("/playground/page.js", token: nil).status == 200)
            #expect(try server.get("/playground/none.js", token: nil).status == 404)
            #expect(try server.connect().request("POST", "/playground").headers["allow"] == "GET, HEAD")
            for path in ["/languages", "/version"] { #expect(try server.get(path, token: nil).status == 401) }
        }

        @Test func `without the page its paths are as unknown as any`() throws {
            let server = try ServerUnderTest([
                "DOCKER_UNIX_SOCKET_PATH": "/nowhere/docker.sock", "SERVER_PLAYGROUND": "false",
            ])
            for path in ["/playground", "/playground/page.js"] {
                let answer = try server.get(path)
                #expect(answer.status == 404)
                #expect(answer.errorCode == "not_found")
            }
            #expect(try server.get("/", token: nil).status == 200)
        }
    }
}
