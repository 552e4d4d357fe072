@testable import HTTP

extension Target {
    /// A connection answers the same, whether its bytes come at once or in pieces, and however slowly the answers are taken.
    static let connection = Target("connection") { bytes in
        let whole = Conversation([bytes[...]], drainsEach: 1)
        let cut = Conversation(pieces(bytes), drainsEach: 1)
        let slow = Conversation(pieces(bytes), drainsEach: 3)
        expect(whole == cut, "in pieces \(cut), as a whole \(whole)")
        expect(whole == slow, "taken slowly \(slow), else \(whole)")
    }
}

/// What a client sends and what becomes of it.
private struct Conversation: Equatable {
    let events: [String]
    let isClosed: Bool
    let hasEndedOutput: Bool

    init(_ pieces: [ArraySlice<UInt8>], drainsEach interval: Int) {
        guard let server = try? ListenerUnderTest(["/open/{name}": Self.echo, "/full": Self.refuse]) else {
            fatalError("there is no event loop")
        }
        let client = server.connect()
        for (number, piece) in pieces.enumerated() {
            client.receive(Array(piece))
            if number % interval == interval - 1 { client.drain() }
        }
        client.drain()
        events = server.events
        isClosed = client.isClosed
        hasEndedOutput = client.hasEndedOutput
        if !client.isClosed { client.connection.close() }
        expect(server.openCount == 0, "the connection stays")
    }

    private static let echo: @Sendable (Request, Responder) -> Answer = { request, _ in
        .now(Response(.bytes(Array((request.parameters["name"] ?? "").utf8)[...] + request.body.take())))
    }

    private static let refuse: @Sendable (Request, Responder) -> Answer = { _, _ in
        .now(Response(status: 503, .bytes([])))
    }
}
