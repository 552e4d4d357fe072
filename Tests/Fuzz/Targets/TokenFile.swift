@testable import Server

extension Target {
    /// AccessTokenFile takes the lines that a header can carry, refuses all if there is one that none can, and its faults
    /// tell no token.
    static let tokenFile = Target("token-file") { bytes in
        let text = bytes.text
        let lines = text.utf8.split(separator: 0x0A).map { $0.last == 0x0D ? $0.dropLast() : $0 }
            .filter { $0.first != UInt8(ascii: "#") && !$0.allSatisfy { " \t".utf8.contains($0) } }
        let areGood = !lines.isEmpty && lines.allSatisfy { $0.allSatisfy { $0 > 0x20 && $0 != 0x7F } }
        do throws(ConfigurationFaults) {
            let tokens = try AccessTokenFile("/t") { _ in text }.tokens()
            expect(areGood && tokens.elementsEqual(lines) { $0.utf8.elementsEqual($1) }, "\(tokens) are not the lines")
        } catch {
            expect(!areGood, "\(error)")
            for line in lines where line.count > 8 {
                expect(!error.description.utf8.contains(line), "the fault tells a token")
            }
        }
    }
}

extension Collection<UInt8> {
    fileprivate func contains(_ part: some Collection<UInt8>) -> Bool {
        indices.contains { self[$0...].starts(with: part) }
    }
}
