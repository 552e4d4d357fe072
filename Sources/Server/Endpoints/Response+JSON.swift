internal import FoundationEssentials
internal import HTTP
internal import Synchronization

/// What the log and the metrics are told of an answer.
struct AnswerRemarks: Sendable {
    /// The stable code of an error.
    var errorCode: String?
    /// What it says, of an error that was not yet put into the words of a façade: see ``ServedFacades``.
    var errorMessage: String?
    /// What else the log shall say.
    var logFields: [(String, LogLine.Value)] = []
    /// Of an answer that comes in pieces, what is known only at its end.
    var late: LateRemarks?

    /// All that is known by now.
    var latest: AnswerRemarks { late?.remarks ?? self }
}

/// Remarks that are made when an answer has begun already. Any thread may make them.
final class LateRemarks: Sendable {
    private let made = Mutex<AnswerRemarks?>(nil)

    var remarks: AnswerRemarks? { made.withLock(\.self) }

    func set(_ remarks: AnswerRemarks) { made.withLock { $0 = remarks } }

    func change(_ body: (inout AnswerRemarks) -> Void) {
        made.withLock { made in
            var remarks = made ?? AnswerRemarks()
            body(&remarks)
            made = remarks
        }
    }
}

extension Response {
    /// Pretty JSON, its names sorted.
    init(status: Int = 200, json value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            self.init(status: status, contentType: Self.json, .bytes(Array(try encoder.encode(value))[...]))
        } catch {
            self.init(status: 500, contentType: Self.json, .bytes([]))
            remarks.errorCode = "response.encode"
        }
    }

    static let json = "application/json"

    /// `{"error": code, "message": text}`.
    static func error(_ status: Int, _ code: String, _ message: String) -> Response {
        struct ErrorBody: Encodable {
            let error: String
            let message: String
        }
        var response = Response(status: status, json: ErrorBody(error: code, message: message))
        response.remarks.errorCode = code
        response.remarks.errorMessage = message
        return response
    }

    var remarks: AnswerRemarks {
        get { context as? AnswerRemarks ?? AnswerRemarks() }
        set { context = newValue }
    }

    /// There is no room.
    static let overloaded = {
        var response = error(
            503, "server.overloaded", "All workers are busy and the queue is full (SERVER_QUEUE_SIZE); try again later")
        response.headers.append("Retry-After", "1")
        return response
    }()

    static let noInteractiveRuns = error(
        404, "not_found", "There are no interactive runs here: INTERACTIVE_MAX_RUNS is 0")

    static let shuttingDown = {
        var response = error(
            503, "server.shutting_down", "The server is shutting down; try another one, or again later")
        response.headers.append("Retry-After", "1")
        return response
    }()
}
