import Foundation
import Testing

@testable import DockerRun

struct DockerVersionTests {
    @Test func `the daemon's names become ours, and what it leaves out stays out`() throws {
        let answer =
            #"{"Version":"4.3.1","ApiVersion":"1.41","Platform":{},"Components":[{"Name":"Podman Engine","Details":{}}],"X":1}"#
        let version = try JSONDecoder().decode(DockerVersion.self, from: Data(answer.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(
            String(decoding: try encoder.encode(version), as: UTF8.self)
                == #"{"apiVersion":"1.41","components":[{"name":"Podman Engine"}],"platform":{},"version":"4.3.1"}"#)
    }

    @Test func `a whole answer of Docker 20_10 comes out under our names`() throws {
        let answer = #"""
            {"Platform":{"Name":"Docker Engine - Community"},"Components":[
            {"Name":"Engine","Version":"20.10.5","Details":{"ApiVersion":"1.41","Experimental":"false","Os":"linux"}},
            {"Name":"containerd","Version":"1.4.4","Details":{"GitCommit":"05f951a3"}}],
            "Version":"20.10.5","ApiVersion":"1.41","MinAPIVersion":"1.12","GitCommit":"363e9a8","GoVersion":"go1.13.15",
            "Os":"linux","Arch":"amd64","KernelVersion":"5.10.0","BuildTime":"2021-03-02T20:16:15.000000000+00:00"}
            """#
        let expected = #"""
            {"apiVersion":"1.41","arch":"amd64","buildTime":"2021-03-02T20:16:15.000000000+00:00",
            "components":[{"name":"Engine","version":"20.10.5"},{"name":"containerd","version":"1.4.4"}],
            "gitCommit":"363e9a8","goVersion":"go1.13.15","kernelVersion":"5.10.0","os":"linux",
            "platform":{"name":"Docker Engine - Community"},"version":"20.10.5"}
            """#.split(separator: "\n").joined()
        let version = try JSONDecoder().decode(DockerVersion.self, from: Data(answer.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(String(decoding: try encoder.encode(version), as: UTF8.self) == expected)
    }

    @Test func `a component that is nothing is left out`() throws {
        let answer = #"{"Components":[null,{"Name":"Engine"}]}"#
        let version = try JSONDecoder().decode(DockerVersion.self, from: Data(answer.utf8))
        #expect(version.components?.map(\.name) == ["Engine"])
    }

    @Test(arguments: ["{}", #"{"Version":null,"Platform":null,"Components":null}"#])
    func `an answer without anything is no error`(_ answer: String) throws {
        let version = try JSONDecoder().decode(DockerVersion.self, from: Data(answer.utf8))
        #expect(String(decoding: try JSONEncoder().encode(version), as: UTF8.self) == "{}")
    }
}
