/// The words and signs of a source text in a language whose syntax is like C's, without its comments and what is in quotes.
///
/// It is no parser: it is enough to find a package clause, and what is declared on the outermost level.
struct SourceTokens: Sequence, IteratorProtocol {
    enum Token: Equatable {
        /// An identifier, a keyword or a number.
        case word([UInt8])
        /// Any other byte that is no white space.
        case sign(UInt8)
        /// Something in quotes.
        case text
    }

    /// What differs between languages.
    struct Syntax: OptionSet {
        let rawValue: Int
        /// Comments contain comments.
        static let nestedComments = Syntax(rawValue: 1)
        /// A slash may begin a regular expression.
        static let regularExpressions = Syntax(rawValue: 2)
    }

    private let syntax: Syntax
    private var rest: ArraySlice<UInt8>
    private var last: Token?

    init(_ source: some Sequence<UInt8>, _ syntax: Syntax = []) {
        self.syntax = syntax
        rest = Array(source)[...]
    }

    mutating func next() -> Token? {
        skipBlanks()
        guard let first = rest.first else { return nil }
        let token: Token
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            skipText(quote: first)
            token = .text
        case UInt8(ascii: "/") where syntax.contains(.regularExpressions) && beginsRegularExpression:
            skipRegularExpression()
            token = .text
        case _ where Self.isOfWord(first):
            let word = rest.prefix(while: Self.isOfWord)
            rest = rest.dropFirst(word.count)
            token = .word(Array(word))
        default:
            rest = rest.dropFirst()
            token = .sign(first)
        }
        last = token
        return token
    }

    static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
        default: false
        }
    }
}

// MARK: What is left out

extension SourceTokens {
    private static let newline = UInt8(ascii: "\n")
    private static let backslash = UInt8(ascii: "\\")

    /// White space and comments.
    private mutating func skipBlanks() {
        while let first = rest.first {
            if first <= UInt8(ascii: " ") {
                rest = rest.dropFirst()
            } else if rest.starts(with: "//".utf8) {
                rest = rest.drop { $0 != Self.newline && $0 != UInt8(ascii: "\r") }
            } else if rest.starts(with: "/*".utf8) {
                skipComment()
            } else if rest.starts(with: [0xEF, 0xBB, 0xBF]) {
                rest = rest.dropFirst(3)  // a byte order mark
            } else {
                return
            }
        }
    }

    private mutating func skipComment() {
        var depth = 0
        while !rest.isEmpty {
            if rest.starts(with: "/*".utf8), depth == 0 || syntax.contains(.nestedComments) {
                rest = rest.dropFirst(2)
                depth += 1
            } else if rest.starts(with: "*/".utf8) {
                rest = rest.dropFirst(2)
                depth -= 1
                if depth == 0 { return }
            } else {
                rest = rest.dropFirst()
            }
        }
    }

    /// Up to the same quotes. Between single ones, the text ends with its line at the latest: what is taken for a quote may
    /// be something else.
    private mutating func skipText(quote: UInt8) {
        let isBlock = rest.starts(with: [quote, quote, quote])
        let end = isBlock ? [quote, quote, quote] : [quote]
        let mayHaveLines = isBlock || quote == UInt8(ascii: "`")
        rest = rest.dropFirst(end.count)
        while let first = rest.first, mayHaveLines || first != Self.newline {
            if rest.starts(with: end) {
                rest = rest.dropFirst(end.count)
                return
            }
            rest = rest.dropFirst(first == Self.backslash ? 2 : 1)
        }
    }

    /// Whether a slash here cannot divide, because there is nothing before it that could be divided.
    private var beginsRegularExpression: Bool {
        switch last {
        case nil: true
        case .text: false
        case .word(let word): ["return", "typeof", "case", "of", "in"].contains { word.elementsEqual($0.utf8) }
        case .sign(let sign): !")]}".utf8.contains(sign)
        }
    }

    private mutating func skipRegularExpression() {
        var isInClass = false
        rest = rest.dropFirst()
        while let first = rest.first, first != Self.newline {
            rest = rest.dropFirst(first == Self.backslash ? 2 : 1)
            switch first {
            case UInt8(ascii: "["): isInClass = true
            case UInt8(ascii: "]"): isInClass = false
            case UInt8(ascii: "/") where !isInClass: return
            default: break
            }
        }
    }
}

extension SourceTokens.Token {
    func `is`(word: String) -> Bool {
        if case .word(let bytes) = self { bytes.elementsEqual(word.utf8) } else { false }
    }

    func `is`(sign: Unicode.Scalar) -> Bool { self == .sign(UInt8(ascii: sign)) }
}

extension SourceTokens {
    /// The name in the package clause, such as `a.b`; nil if there is none. It comes before the first brace.
    func packageName() -> String? {
        var tokens = self
        while let token = tokens.next(), !token.is(sign: "{") {
            if token.is(word: "package") { return tokens.qualifiedName() }
        }
        return nil
    }

    func isFollowed(by sign: Unicode.Scalar) -> Bool {
        var ahead = self
        return ahead.next()?.is(sign: sign) == true
    }

    /// Words with dots between them, which come next.
    mutating func qualifiedName() -> String? {
        var name: [UInt8] = []
        while case .word(let word) = next() {
            name += word
            guard isFollowed(by: ".") else { return String(decoding: name, as: UTF8.self) }
            _ = next()
            name.append(UInt8(ascii: "."))
        }
        return nil
    }
}
