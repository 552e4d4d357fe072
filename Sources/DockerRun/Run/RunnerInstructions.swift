/// What the server says to a runner that knows how it is said (``RunnerProtocol``): one member, in front of the payload's own.
/// Any other runner gets the payload as it came.
struct RunnerInstructions {
    private static let name = "docker-run"

    private let members: [String]

    init(_ request: RunRequest, _ terms: RunTerms) {
        // Where people talk with it, the runner is to heed none of the limits that its container was made with.
        let isAll = terms.isInteractive
        let (time, size) = (terms.executionTime.milliseconds.rounded(), terms.outputSize)
        members = [
            isAll || request.limits.executionTime != nil ? "\"maxTime\":\(Int(time))" : nil,
            isAll || request.limits.outputSize != nil ? "\"maxOutput\":\(size)" : nil,
            isAll ? "\"maxEvents\":\(terms.eventsSize ?? size)" : nil,
            terms.eventsSize != nil ? "\"stream\":true" : nil,
            isAll ? "\"interactive\":true" : nil,
        ].compactMap(\.self)
    }

    /// The payload must have passed ``check(_:)``.
    func inFront(of payload: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        members.isEmpty ? payload : payload.withMember("\"\(Self.name)\":{\(members.joined(separator: ","))}")
    }

    /// - Throws: ``RunError/request(_:)`` if nothing can be put in front of a payload: it is no object, or speaks for the
    ///   server itself.
    static func check(_ payload: ArraySlice<UInt8>) throws(RunError) {
        let speaksForTheServer: Bool
        do throws(JSONSyntaxError) {
            speaksForTheServer = try payload.hasMember(Self.name)
        } catch {
            throw .request("The payload is not a JSON object: \(error)")
        }
        if speaksForTheServer {
            throw .request(
                "\"payload\" has a member \"\(Self.name)\", which is the server's to say in a run with limits or events"
            )
        }
    }
}
