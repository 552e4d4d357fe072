import Testing

@testable import Server

struct ServerSettingsTests {
    @Test func `an identity is the same again, and another one at another port`() {
        var settings = ServerSettings()
        let identity = settings.identity
        #expect(settings.identity == identity)
        settings.listenPort += 1
        #expect(settings.identity != identity)
    }

    @Test func `another address is another server`() {
        var settings = ServerSettings()
        let identity = settings.identity
        settings.listenAddress = "127.0.0.2"
        #expect(settings.identity != identity)
    }

    @Test func `what does not say where the server listens does not matter`() {
        var settings = ServerSettings()
        let identity = settings.identity
        settings.accessTokens = ["other"]
        settings.maxBodySize += 1
        #expect(settings.identity == identity)
    }
}
