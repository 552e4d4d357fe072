import Bytes

@testable import HTTP

extension Target {
    /// HeadReader says the same whether the head comes at once or in pieces, and a lenient reader of what it accepts, such as
    /// a proxy might be, finds the same request in it.
    static let requestHead = Target("request-head") { bytes in
        let whole = HeadReading([bytes[...]])
        let cut = HeadReading(pieces(bytes))
        expect(whole == cut, "in pieces it is \(cut), as a whole \(whole)")
        guard case .head(let head) = whole else { return }
        let lenient = LenientHead(bytes[...])
        expect(head.size == lenient.size, "the head ends after \(lenient.size) bytes, not \(head.size)")
        expect(head.path.utf8.elementsEqual(lenient.path), "\(head.path) is not \(lenient.path.text)")
        expect(head.method.rawValue.utf8.elementsEqual(lenient.method), "it is another method")
        expect(head.query.map { Array($0.utf8) } == lenient.query.map(Array.init), "it is another query")
        let lengths = lenient.values(of: "content-length").map { Int($0.text) }
        let codings = lenient.values(of: "transfer-encoding").map { $0.map(\.asciiLowercased).text }
        switch head.body {
        case .none: expect(lengths.isEmpty && codings.isEmpty, "it has a body")
        case .length(let length): expect(lengths == [length] && codings.isEmpty, "another length than \(lengths)")
        case .chunked: expect(lengths.isEmpty && codings == ["chunked"], "it is not chunked")
        }
        let hosts = lenient.values(of: "host")
        expect(hosts.count == 1 || hosts.isEmpty && head.minorVersion == 0, "it has the hosts \(hosts)")
        let tokens = lenient.values(of: "x-access-token")
        expect(tokens.count <= 1, "more than one token")
        expect(head.headers.bytes(of: "X-Access-Token") == tokens.map(Array.init), "another token")
        for name in ["content-type", "x", "host"] {
            expect(head.headers.bytes(of: name) == lenient.values(of: name).map(Array.init), "another \(name)")
        }
    }
}

private enum HeadReading: Equatable {
    case incomplete
    case refused(RequestHead.Malformed)
    case head(RequestHead)

    init(_ pieces: [ArraySlice<UInt8>]) {
        var bytes: [UInt8] = []
        var reader = HeadReader(singular: ["X-Access-Token"])
        do throws(RequestHead.Malformed) {
            for piece in pieces {
                bytes += piece
                guard let head = try reader.read(bytes.span) else { continue }
                self = .head(head)
                return
            }
            self = .incomplete
        } catch {
            self = .refused(error)
        }
    }
}

/// Lines end with LF, whatever precedes it; words are what spaces or tabs separate; a field's name is what precedes its colon.
struct LenientHead {
    var size = 0
    var method: ArraySlice<UInt8> = []
    var path: ArraySlice<UInt8> = []
    var query: ArraySlice<UInt8>?
    private var fields: [(name: [UInt8], value: ArraySlice<UInt8>)] = []

    /// - Parameter bytes: a head, and perhaps more.
    init(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            let line = rest[..<end].drop { $0 == 0x0D }
            let content = line.last == 0x0D ? line.dropLast() : line
            rest = rest[end...].dropFirst()
            size = rest.startIndex - bytes.startIndex
            if content.isEmpty { return }
            if method.isEmpty { readRequestLine(content) } else { readField(content) }
        }
        size = -1
    }

    func values(of name: String) -> [ArraySlice<UInt8>] {
        fields.filter { $0.name.elementsEqual(name.utf8) }.map(\.value)
    }

    private mutating func readRequestLine(_ line: ArraySlice<UInt8>) {
        let words = line.split { $0 == 0x20 || $0 == 0x09 }
        guard words.count == 3 else { return }
        method = words[0]
        let target = words[1]
        let hasScheme = target.prefix(7).map(\.asciiLowercased).elementsEqual("http://".utf8)
        let origin =
            hasScheme ? target.dropFirst(7).drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") } : target
        path = origin.prefix { $0 != UInt8(ascii: "?") }
        query = path.endIndex < origin.endIndex ? origin[path.endIndex...].dropFirst() : nil
        if path.isEmpty { path = Array("/".utf8)[...] }
    }

    private mutating func readField(_ line: ArraySlice<UInt8>) {
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        let name = line[..<colon].filter { $0 != 0x20 && $0 != 0x09 }.map(\.asciiLowercased)
        let value = line[colon...].dropFirst().drop { $0 == 0x20 }
        fields.append((name, value[...(value.lastIndex { $0 != 0x20 } ?? value.startIndex - 1)]))
    }
}
