import Foundation
import Testing

@testable import DockerRun
@testable import Server

struct AccessTokenFileTests {
    private func tokens(_ text: String) throws(ConfigurationFaults) -> [String] {
        try AccessTokenFile("/run/tokens") { _ in text }.tokens()
    }

    private func faults(_ text: String) -> [String] {
        do { _ = try tokens(text) } catch { return error.descriptions }
        return []
    }

    @Test(arguments: [
        ("one", ["one"]), ("one\n", ["one"]), ("one\r\ntwo\r\n", ["one", "two"]),
        ("\n\none\n \t\ntwo", ["one", "two"]),
        ("# a comment, of words\none\n#two\n", ["one"]), ("one#two\n", ["one#two"]), ("ü\n", ["ü"]),
        ("a\u{2028}b\n", ["a\u{2028}b"]), ("#\u{301}\none", ["one"]), ("\u{A0}\n", ["\u{A0}"]),
    ])
    func `each line is a token, but for blank lines and comments`(_ text: String, _ expected: [String]) throws {
        #expect(try tokens(text) == expected)
    }

    @Test(arguments: ["", "\n", " \n", "# nothing but a comment\n"])
    func `a file without a token is a fault that names it`(_ text: String) {
        #expect(faults(text) == ["API_ACCESS_TOKEN_FILE: there is no token in /run/tokens"])
    }

    @Test func `every line that no header could carry is a fault that names the line and not the token`() {
        let faults = faults("good\ns3cr3t one\n# comment\n s3cr3t\ns3cr3t\u{7F}\n")
        #expect(faults.count == 3)
        for (fault, line) in zip(faults, [2, 4, 5]) {
            #expect(fault.hasPrefix("API_ACCESS_TOKEN_FILE: the token in line \(line) of /run/tokens must not"))
            #expect(!fault.contains("s3cr3t"))
        }
    }

    @Test func `a file that cannot be read is a fault that names it`() throws {
        #expect(throws: ConfigurationFaults.self) { try AccessTokenFile("/no/such/file").tokens() }
        do { _ = try AccessTokenFile("/no/such/file").tokens() } catch {
            #expect(error.descriptions.first?.contains("/no/such/file") == true)
        }
    }
}
