internal import Bytes

/// Reads what a runner prints that was told to say what goes on: objects in JSON with one member each, of which the last is
/// the result.
struct RunnerEventReader {
    /// What was read: events, and of the result what has come of its value.
    struct Reading {
        var events: [RunnerEvent] = []
        /// Behind the events.
        var result: [UInt8]?
    }

    private var scanner = JSONScanner()
    private var members: [JSONScanner.Member] = []
    /// As much as has come of the object that is being read.
    private var object: [UInt8] = []

    /// - Throws: ``RunError/stream(_:)`` for what is no such object.
    mutating func read(_ bytes: UnsafeRawBufferPointer) throws(RunError) -> Reading {
        var reading = Reading()
        var rest = bytes.bindMemory(to: UInt8.self)[...]
        while !rest.isEmpty, reading.result == nil {
            let count = try takeObject(rest)
            rest = rest.dropFirst(count)
            guard scanner.objectEnd != nil else { break }
            try finishObject(&reading)
        }
        // What follows the result is for those who judge that.
        reading.result? += rest
        return reading
    }

    /// - Returns: how many bytes belong to the object, all of them if it goes on behind.
    private mutating func takeObject(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) throws(RunError) -> Int {
        let before = object.count
        var found: [JSONScanner.Member] = []
        var failure: JSONSyntaxError?
        do throws(JSONSyntaxError) {
            try scanner.scan(UnsafeBufferPointer(rebasing: bytes).span) { member in
                if found.count < 2 { found.append(member) }
            }
        } catch {
            failure = error
        }
        members += found
        // That something follows the object is a fault for the scanner only.
        if let failure, scanner.objectEnd == nil { throw .stream("the runner printed no event: \(failure)") }
        let count = scanner.objectEnd.map { $0 - before } ?? bytes.count
        object += bytes.prefix(count)
        return count
    }

    private mutating func finishObject(_ reading: inout Reading) throws(RunError) {
        defer { (scanner, members, object) = (JSONScanner(), [], []) }
        guard members.count == 1 else { throw .stream("the runner printed an event with \(members.count) members") }
        let value = object[members[0].value]
        let name = object[members[0].name]
        if name.isJSONString("result") {
            reading.result = Array(value)
            return
        }
        guard let known = RunnerEvent.Name.allCases.first(where: { name.isJSONString($0.rawValue) }) else {
            let text = String(decoding: name.prefix(40), as: UTF8.self)
            throw .stream("the runner printed an event of a name that is not known: \(text)")
        }
        reading.events.append(RunnerEvent(name: known, value: Array(value)))
    }
}
