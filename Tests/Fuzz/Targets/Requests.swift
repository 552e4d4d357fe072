import Bytes

@testable import HTTP

extension Target {
    /// RequestReader finds the same requests, and the same fault, whether the bytes of a connection come at once or in pieces;
    /// and a reader of the whole finds the same bodies.
    static let requests = Target("requests") { bytes in
        let whole = Reading([bytes[...]])
        let cut = Reading(pieces(bytes))
        expect(whole.requests == cut.requests, "in pieces they are \(cut.requests), as a whole \(whole.requests)")
        expect(whole.refusal == cut.refusal, "in pieces \(cut), as a whole \(whole)")
        // What was consumed of a body before its fault came depends on the pieces.
        expect(whole.refusal != nil || whole.size == cut.size, "in pieces \(cut.size) bytes, as a whole \(whole.size)")
        var rest = bytes[...]
        for request in whole.requests {
            rest = rest.dropFirst(LenientHead(rest).size)
            guard let body = request.body else { break }
            let naive = naiveBody(request.head, Array(rest))
            expect(naive.content == body, "the body is \(body.text), not \(naive.content.text)")
            rest = rest.dropFirst(naive.size)
        }
        if whole.refusal == nil, whole.requests.allSatisfy({ $0.body != nil }) {
            expect(rest.startIndex == whole.size, "they end after \(whole.size) bytes, not \(rest.startIndex)")
        }
    }

    static let maximumLength = 100

    private static func naiveBody(_ head: RequestHead, _ rest: [UInt8]) -> (content: [UInt8], size: Int) {
        switch head.body {
        case .none: return ([], 0)
        case .length(let length): return (Array(rest.prefix(length)), length)
        case .chunked:
            let chunks = NaiveChunks(rest, maximumLength: maximumLength)
            expect(chunks.isComplete && chunks.violation == nil, "the chunks are \(chunks)")
            return (chunks.content, chunks.size)
        }
    }
}

private struct Reading {
    struct Found: Equatable {
        let head: RequestHead
        /// Nil while it is not whole.
        var body: [UInt8]?
    }

    var requests: [Found] = []
    var refusal: Refusal?
    /// Bytes that were consumed.
    var size = 0

    init(_ pieces: [ArraySlice<UInt8>]) {
        var reader = RequestReader()
        var input: [UInt8] = []
        for piece in pieces {
            input += piece
            while step(&reader, &input) {}
        }
    }

    /// - Returns: whether there may be more to be read.
    private mutating func step(_ reader: inout RequestReader, _ input: inout [UInt8]) -> Bool {
        let (output, consumed) = reader.read(input.span)
        expect(consumed <= input.count, "it consumes more than there is")
        input.removeFirst(consumed)
        size += consumed
        switch output {
        case .needMore: return consumed > 0
        case .head(let head):
            requests.append(Found(head: head))
            reader.takeBody(maximumLength: Target.maximumLength, keepsContent: true)
        case .awaitsContinue: expect(input.isEmpty, "it waits for what is there")
        case .body(let body): requests[requests.count - 1].body = body.take()
        case .refusal(let refusal):
            self.refusal = refusal
            return false
        }
        return true
    }
}
