import DockerRun
import Foundation
import Logging
import Testing

@testable import Server

struct AccessTokensTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func tokens(_ tokens: [String], file: String? = nil) -> AccessTokens {
        var settings = ServerSettings()
        settings.accessTokens = tokens
        settings.accessTokenFile = file
        return AccessTokens(settings)
    }

    @Test func `any of several tokens is good, and nothing else is`() {
        let tokens = tokens(["first", "second", "x"])
        for good in ["first", "second", "x"] { #expect(tokens.contains(Array(good.utf8)), "\(good)") }
        for bad in ["", "firs", "firstsecond", "first\nsecond", "second ", "y"] {
            #expect(!tokens.contains(Array(bad.utf8)), "\(bad)")
        }
        #expect(!tokens.contains(nil))
    }

    @Test func `without tokens nothing is good`() {
        #expect(!tokens([]).contains([]))
    }

    @Test func `a reload takes the file's tokens, and keeps the old ones if the file is not good`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "docker-run-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let tokens = tokens(["old"], file: file.path)
        tokens.reload(logger)
        #expect(tokens.contains(Array("old".utf8)), "there is no file")

        try Data("new\nnext\n".utf8).write(to: file)
        tokens.reload(logger)
        #expect(!tokens.contains(Array("old".utf8)))
        #expect(tokens.contains(Array("new".utf8)))
        #expect(tokens.contains(Array("next".utf8)))

        try Data("next\nnot good\n".utf8).write(to: file)
        tokens.reload(logger)
        #expect(tokens.contains(Array("new".utf8)), "a file with a fault changes nothing")
    }

    @Test func `a reload without a file changes nothing`() {
        let tokens = tokens(["old"])
        tokens.reload(logger)
        #expect(tokens.contains(Array("old".utf8)))
    }
}
