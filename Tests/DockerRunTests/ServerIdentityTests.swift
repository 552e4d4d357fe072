import Testing

@testable import DockerRun

struct ServerIdentityTests {
    @Test func `an identity is the same again, and another one at another port`() {
        var settings = ServerSettings()
        let identity = ServerIdentity(settings)
        #expect(ServerIdentity(settings).name == identity.name)
        settings.listenPort += 1
        #expect(ServerIdentity(settings).name != identity.name)
    }

    @Test func `another address is another server`() {
        var settings = ServerSettings()
        let identity = ServerIdentity(settings)
        settings.listenAddress = "127.0.0.2"
        #expect(ServerIdentity(settings).name != identity.name)
    }

    @Test func `what does not say where the server listens does not matter`() {
        var settings = ServerSettings()
        let identity = ServerIdentity(settings)
        settings.accessTokens = ["other"]
        settings.workerThreads += 1
        settings.queueSize += 1
        #expect(ServerIdentity(settings).name == identity.name)
    }

    @Test func `two processes of one server can be told apart`() {
        #expect(ServerIdentity(ServerSettings()).instance != ServerIdentity(ServerSettings()).instance)
    }

    @Test func `a container carries its server's name and process, and says if it is to be kept`() {
        let identity = ServerIdentity(ServerSettings())
        let labels = ["docker-run.server": identity.name, "docker-run.instance": identity.instance]
        #expect(identity.labels(kept: false) == labels)
        #expect(identity.labels(kept: true) == labels.merging(["docker-run.kept": "true"]) { $1 })
    }
}
