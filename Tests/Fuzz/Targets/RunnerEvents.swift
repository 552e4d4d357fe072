import Bytes

@testable import DockerRun

extension Target {
    /// RunnerEventReader finds in any pieces what a reader of the whole text finds, object by object.
    static let runnerEvents = Target("runner-events") { bytes in
        let whole = ReadEvents(bytes)
        for pieces in [[bytes[...]], pieces(bytes), bytes.indices.map { bytes[$0...$0] }] {
            var reader = RunnerEventReader()
            var found = ReadEvents()
            for (index, piece) in pieces.enumerated() where found.isGoingOn {
                do throws(RunError) {
                    let reading = try piece.withUnsafeBytes { bytes in
                        Result { () throws(RunError) in try reader.read(bytes) }
                    }.get()
                    found.events += reading.events
                    found.result = reading.result.map { $0 + pieces[(index + 1)...].joined() }
                } catch {
                    found.isBroken = true
                }
            }
            // What came before a fault may have been told of or not.
            let isSame = found.isBroken ? whole.isBroken : found == whole
            expect(isSame, "\(found) is not \(whole)")
        }
    }
}

private struct ReadEvents: Equatable {
    var events: [RunnerEvent] = []
    /// With what follows it.
    var result: [UInt8]?
    var isBroken = false

    var isGoingOn: Bool { result == nil && !isBroken }

    init() {}

    /// Tries each end that an object might have.
    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while isGoingOn, let end = Self.objectEnd(rest) {
            let object = Array(rest[..<end])
            rest = rest[end...]
            guard let json = NaiveJSON(object), json.members.count == 1 else {
                isBroken = true
                return
            }
            let (name, value) = (decodedString(object[json.members[0].name]), Array(object[json.members[0].value]))
            if name == "result" {
                result = value + rest
            } else if let name = name.flatMap(RunnerEvent.Name.init) {
                events.append(RunnerEvent(name: name, value: value))
            } else {
                isBroken = true
            }
        }
        if isGoingOn, Self.cannotBegin(rest) { isBroken = true }
    }

    private static func objectEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.indices.first { bytes[$0] == UInt8(ascii: "}") && NaiveJSON(Array(bytes[...$0])) != nil }.map { $0 + 1 }
    }

    /// Whether no object begins so, which the scanner, that has a target of its own, says.
    private static func cannotBegin(_ bytes: ArraySlice<UInt8>) -> Bool {
        var scanner = JSONScanner()
        do { try scanner.scan(bytes.span) } catch { return true }
        return false
    }
}
