import Testing

@testable import DockerRun

struct ImagePatternTests {
    @Test func `a pattern without a star allows the reference as it is written, and with the tag that the daemon adds`()
    {
        let pattern = ImagePattern("glot/python:latest")
        #expect(pattern.allows("glot/python:latest"))
        #expect(pattern.allows("glot/python"))
        #expect(!pattern.allows("glot/python:3"))
        #expect(!pattern.allows("glot/python@sha256:0123"))
    }

    @Test func `a star stands for any characters, slashes and none included`() {
        #expect(ImagePattern("glot/*").allows("glot/a/b:1"))
        #expect(ImagePattern("glot/*").allows("glot/"))
        #expect(ImagePattern("*/python:*").allows("registry:5000/python"))
        #expect(!ImagePattern("glot/*").allows("evil/glot/python"))
        #expect(!ImagePattern("*x").allows(String(repeating: "a", count: 100_000)))
    }

    @Test func `another spelling of an allowed image is not allowed`() {
        #expect(!ImagePattern("glot/*").allows("docker.io/glot/python"))
        #expect(!ImagePattern("glot/python").allows("sha256:0123"))
    }
}
