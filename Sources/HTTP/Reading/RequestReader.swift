/// Reads the requests of a connection, one after the other, out of the bytes that come: heads, bodies, and what is wrong with
/// them. It has no socket and no clock, and where the bytes are cut makes no difference.
struct RequestReader: Sendable {
    enum Output {
        /// There is nothing to be said before more bytes come.
        case needMore
        /// Somebody has to decide upon it, and call ``takeBody(maximumLength:keepsContent:)``, before anything else is read.
        case head(RequestHead)
        /// The client waits for "100 Continue" before it sends the body.
        case awaitsContinue
        /// The request is whole. What follows belongs to the next one.
        case body(RequestBody)
        /// There is nothing more to be read.
        case refusal(Refusal)
    }

    private enum State {
        case head
        case decision
        case body
        case refused
    }

    private let singularFields: [String]
    private var state = State.head
    private var headReader: HeadReader
    private var head = RequestHead()
    private var bodyReader: BodyReader?
    private var maximumLength = 0
    private var awaitsContinue = false

    /// - Parameter singularFields: names of fields of which a request may have one, beside those for which HTTP says so.
    init(singularFields: [String] = []) {
        self.singularFields = singularFields
        headReader = HeadReader(singular: singularFields)
    }

    /// Nothing of the request's body has been looked at.
    var isReadingHead: Bool { state == .head }

    /// - Parameter bytes: those that were not consumed, from the first one on: of a head all that are there, up to
    ///   ``RequestHead/maximumSize``, of a body as many as is convenient.
    /// - Returns: what there is to say, and how many of the bytes are done with.
    mutating func read(_ bytes: Span<UInt8>) -> (output: Output, consumed: Int) {
        switch state {
        case .head: readHead(bytes)
        case .body: readBody(bytes)
        case .decision, .refused: (.needMore, 0)
        }
    }

    private mutating func readHead(_ bytes: Span<UInt8>) -> (Output, Int) {
        do {
            let part = bytes.extracting(..<min(bytes.count, RequestHead.maximumSize))
            guard let head = try headReader.read(part) else { return (.needMore, 0) }
            self.head = head
            state = .decision
            return (.head(head), head.size)
        } catch {
            return refuse(.head(error))
        }
    }

    /// What becomes of the body of the request whose head was read.
    ///
    /// - Parameters:
    ///   - maximumLength: bytes, however they are announced.
    ///   - keepsContent: false for a body that nobody wants.
    mutating func takeBody(maximumLength: Int, keepsContent: Bool) {
        bodyReader = BodyReader(head.body, maximumLength: maximumLength, keepsContent: keepsContent)
        self.maximumLength = maximumLength
        awaitsContinue = head.expectsContinue
        state = .body
    }

    private mutating func readBody(_ bytes: Span<UInt8>) -> (Output, Int) {
        if case .length(let length) = head.body, length > maximumLength {
            return refuse(.bodyTooLong(limit: maximumLength))
        }
        defer { awaitsContinue = false }
        if awaitsContinue && bytes.isEmpty { return (.awaitsContinue, 0) }
        do throws(ChunkedBody.Violation) {
            let consumed = try bodyReader?.read(bytes) ?? 0
            guard bodyReader?.isComplete != false else { return (.needMore, consumed) }
            let body = takeContent()
            state = .head
            headReader = HeadReader(singular: singularFields)
            return (.body(body), consumed)
        } catch {
            return refuse(error == .tooLong ? .bodyTooLong(limit: maximumLength) : .chunks)
        }
    }

    /// Hands over what has come of the body since the last time, and reads on.
    mutating func takePart() -> [UInt8] { bodyReader?.takeContent().take() ?? [] }

    /// Hands over what has come of the body, for a request that ends before it is whole.
    mutating func takeContent() -> RequestBody {
        defer { bodyReader = nil }
        return bodyReader?.takeContent() ?? RequestBody(BodyPieces())
    }

    private mutating func refuse(_ refusal: Refusal) -> (Output, Int) {
        state = .refused
        return (.refusal(refusal), 0)
    }
}
