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
}
