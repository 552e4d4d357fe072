import Testing

@testable import DockerRun

struct ServerIdentityTests {
    @Test func `two processes of one server can be told apart`() {
        #expect(ServerIdentity(name: "a").instance != ServerIdentity(name: "a").instance)
    }

    @Test func `a container carries its server's name and process, and says if it is to be kept`() {
        let identity = ServerIdentity(name: "a")
        let labels = ["docker-run.server": identity.name, "docker-run.instance": identity.instance]
        #expect(identity.labels(kept: false) == labels)
        #expect(identity.labels(kept: true) == labels.merging(["docker-run.kept": "true"]) { $1 })
    }
}
