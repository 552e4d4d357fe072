import Testing

@testable import DockerRun

struct ServerIdentityTests {
    @Test func `an identity is the same again, and another one at another port`() {
        var settings = ServerSettings()
        let identity = ServerIdentity(settings)
        #expect(ServerIdentity(settings) == identity)
        settings.listenPort += 1
        #expect(ServerIdentity(settings) != identity)
    }

    @Test func `another address is another server`() {
        var settings = ServerSettings()
        let identity = ServerIdentity(settings)
        settings.listenAddress = "127.0.0.2"
        #expect(ServerIdentity(settings) != identity)
    }

    @Test func `what does not say where the server listens does not matter`() {
        var settings = ServerSettings()
        let identity = ServerIdentity(settings)
        settings.accessTokens = ["other"]
        settings.workerThreads += 1
        settings.queueSize += 1
        #expect(ServerIdentity(settings) == identity)
    }

    @Test func `a container carries its server's name, and says if it is to be kept`() {
        let identity = ServerIdentity(ServerSettings())
        #expect(identity.labels(kept: false) == ["docker-run.server": identity.name])
        #expect(identity.labels(kept: true) == ["docker-run.server": identity.name, "docker-run.kept": "true"])
    }
}
