import Foundation
import TestSupport
import Testing

@testable import HTTP
@testable import Server

struct PlaygroundEndpointTests {
    private static let directory = DevelopmentSettings.file("Sources/Server/Playground")
    private let routes = PlaygroundEndpoint.routes(Access(tokens: AccessTokens(ServerSettings()), maxBodySize: 100))

    private func response(_ path: String) throws -> Response {
        let route = try #require(routes.first { $0.pattern.text == path }, "\(path)")
        return try #require(route.endpoint as? PlaygroundEndpoint).response
    }

    private func texts() throws -> [String: String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.directory.path)
        return Dictionary(
            uniqueKeysWithValues: try names.map {
                ($0, try String(contentsOf: Self.directory.appending(path: $0), encoding: .utf8))
            })
    }

    @Test func `every file of the page is served, and no other`() throws {
        let texts = try texts()
        #expect(routes.count == texts.count)
        for (name, text) in texts {
            let response = try response(name == "page.html" ? "/playground" : "/playground/\(name)")
            guard case .bytes(let bytes) = response.body else { continue }
            #expect(String(decoding: bytes, as: UTF8.self) == text, "\(name)")
            let kind = name.hasSuffix(".html") ? "html" : name.hasSuffix(".css") ? "css" : "javascript"
            #expect(response.headers["Content-Type"] == "text/\(kind); charset=utf-8", "\(name)")
        }
    }

    @Test func `whatever the page takes is one of its files`() throws {
        let texts = try texts()
        let address = /"(?:playground|\.)\/([a-z]+\.(?:js|css))"/
        let taken = texts.values.flatMap { $0.matches(of: address).map { String($0.output.1) } }
        #expect(Set(taken) == Set(texts.keys).subtracting(["page.html"]))
    }

    @Test func `the page runs and loads nothing but its own files, and is in no frame`() throws {
        for path in routes.map(\.pattern.text) {
            let headers = try response(path).headers
            let policy = try #require(headers["Content-Security-Policy"]).components(separatedBy: "; ")
            for directive in [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'",
                "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
            ] {
                #expect(policy.contains(directive), "\(path)")
            }
            #expect(policy.allSatisfy { !$0.contains("unsafe") && !$0.contains("*") && !$0.contains("http") })
            #expect(headers["X-Content-Type-Options"] == "nosniff")
            #expect(headers["Referrer-Policy"] == "no-referrer")
            #expect(headers["Cross-Origin-Opener-Policy"] == "same-origin")
            #expect(headers["Cache-Control"] == "no-cache")
        }
    }

    @Test func `no text becomes markup or code, and no style is in the markup`() throws {
        for (name, text) in try texts() {
            for word in [
                "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(", "Function(",
                "srcdoc", " style=", "<style", "<script>", " onclick=", " onload=", "https://", "//cdn",
            ] {
                #expect(!text.contains(word), "\(name) has \(word)")
            }
        }
    }
}
