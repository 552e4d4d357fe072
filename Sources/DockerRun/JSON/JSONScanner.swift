internal import Bytes

/// Finds one JSON object in bytes that may arrive in any pieces, checking every byte of it against RFC 8259 and keeping
/// none: what passes is passed on as it was written. Each byte is looked at once, so a text costs linear time however
/// it is cut.
///
/// Stricter than the grammar in three points: the text is an object, it is nested at most ``maximumDepth`` deep, and it
/// is valid UTF-8 without a byte order mark (RFC 8259, section 8.1). White space may surround the object.
package struct JSONScanner {
    package static let maximumDepth = 128

    /// A member of the outermost object: the offsets of its name, with the quotes, and of its value.
    package struct Member: Equatable {
        package var name: Range<Int>
        package var value: Range<Int>
    }

    private(set) var objectStart: Int?
    /// The offset behind the closing brace of the outermost object, as soon as that brace has been seen.
    private(set) var objectEnd: Int?

    private enum State {
        case beforeObject, afterObject
        case nameOrEnd, name, colon, value, valueOrEnd, commaOrEnd
        case string, escape, unicodeEscape, utf8Tail
        case minus, zero, integer, point, fraction, exponent, exponentSign, exponentDigits
        case literal
    }

    private var state = State.beforeObject
    private var offset = 0
    private var depth = 0
    /// One bit a level, the innermost lowest: 1 for an object, 0 for an array.
    private var levels: UInt128 = 0
    private var stringIsName = false
    private var member = Member(name: 0..<0, value: 0..<0)
    private var tokenStart = 0
    /// What is still to come of a \u escape, a UTF-8 sequence or a literal.
    private var remaining = 0
    private var nextTail: ClosedRange<UInt8> = 0x80...0xBF
    private var literal: StaticString = "null"

    package init() {}

    /// - Parameter found: called for each member of the outermost object when its value has ended.
    /// - Throws: ``JSONSyntaxError`` at the first byte that cannot belong to the text.
    package mutating func scan(_ bytes: Span<UInt8>, found: (Member) -> Void = { _ in }) throws(JSONSyntaxError) {
        let base = offset
        var index = 0
        while index < bytes.count {
            if state == .string {
                index = bytes.endOfPlainText(from: index)
                guard index < bytes.count else { break }
            }
            offset = base + index
            if try consume(bytes[index], found) { index += 1 }
        }
        offset = base + bytes.count
    }

    /// - Throws: ``JSONSyntaxError`` if the text so far is not a whole object.
    package func finish() throws(JSONSyntaxError) -> Range<Int> {
        guard let objectStart, let objectEnd else {
            throw JSONSyntaxError(offset: offset, reason: offset == 0 ? "empty text" : "the text ends early")
        }
        return objectStart..<objectEnd
    }

    /// - Returns: false if the byte was taken only as the end of a number, and has to be consumed again for what it is.
    private mutating func consume(_ byte: UInt8, _ found: (Member) -> Void) throws(JSONSyntaxError) -> Bool {
        switch state {
        case .string, .escape, .unicodeEscape, .utf8Tail: try consumeInString(byte, found)
        case .minus, .zero, .integer, .point, .fraction, .exponent, .exponentSign, .exponentDigits:
            return try consumeInNumber(byte, found)
        case .literal: try consumeInLiteral(byte, found)
        default:
            guard !byte.isWhitespaceInJSON else { return true }
            try consumeStructure(byte, found)
        }
        return true
    }

    private mutating func consumeStructure(_ byte: UInt8, _ found: (Member) -> Void) throws(JSONSyntaxError) {
        switch (state, byte) {
        case (.beforeObject, UInt8(ascii: "{")):
            objectStart = offset
            try open(object: true)
        case (.beforeObject, _): throw error("expected an object")
        case (.nameOrEnd, UInt8(ascii: "}")): close(found)
        case (.valueOrEnd, UInt8(ascii: "]")): close(found)
        case (.commaOrEnd, isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")): close(found)
        case (.nameOrEnd, UInt8(ascii: "\"")), (.name, UInt8(ascii: "\"")):
            beginString(isName: true)
        case (.nameOrEnd, _), (.name, _): throw error("expected a name in double quotes")
        case (.colon, UInt8(ascii: ":")): state = .value
        case (.colon, _): throw error("expected a colon")
        case (.commaOrEnd, UInt8(ascii: ",")): state = isInObject ? .name : .value
        case (.commaOrEnd, _): throw error(isInObject ? "expected a comma or }" : "expected a comma or ]")
        case (.value, _), (.valueOrEnd, _): try beginValue(byte)
        default: throw error("something follows the object")
        }
    }

    private mutating func beginValue(_ byte: UInt8) throws(JSONSyntaxError) {
        if depth == 1 { tokenStart = offset }
        switch byte {
        case UInt8(ascii: "{"): try open(object: true)
        case UInt8(ascii: "["): try open(object: false)
        case UInt8(ascii: "\""): beginString(isName: false)
        case UInt8(ascii: "-"): state = .minus
        case UInt8(ascii: "0"): state = .zero
        case UInt8(ascii: "1")...UInt8(ascii: "9"): state = .integer
        case UInt8(ascii: "t"): beginLiteral("true")
        case UInt8(ascii: "f"): beginLiteral("false")
        case UInt8(ascii: "n"): beginLiteral("null")
        default: throw error("expected a value")
        }
    }

    private mutating func endValue(at end: Int, _ found: (Member) -> Void) {
        if depth == 1 {
            member.value = tokenStart..<end
            found(member)
        }
        state = .commaOrEnd
    }

    // MARK: Nesting

    private var isInObject: Bool { levels & 1 == 1 }

    private mutating func open(object: Bool) throws(JSONSyntaxError) {
        guard depth < Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth)") }
        depth += 1
        levels = levels << 1 | (object ? 1 : 0)
        state = object ? .nameOrEnd : .valueOrEnd
    }

    private mutating func close(_ found: (Member) -> Void) {
        depth -= 1
        levels >>= 1
        if depth == 0 {
            objectEnd = offset + 1
            state = .afterObject
        } else {
            endValue(at: offset + 1, found)
        }
    }

    // MARK: Strings

    private mutating func beginString(isName: Bool) {
        stringIsName = isName
        if isName && depth == 1 { tokenStart = offset }
        state = .string
    }

    private mutating func endString(_ found: (Member) -> Void) {
        guard stringIsName else { return endValue(at: offset + 1, found) }
        if depth == 1 { member.name = tokenStart..<offset + 1 }
        state = .colon
    }

    private mutating func consumeInString(_ byte: UInt8, _ found: (Member) -> Void) throws(JSONSyntaxError) {
        switch (state, byte) {
        case (.string, UInt8(ascii: "\"")): endString(found)
        case (.string, UInt8(ascii: "\\")): state = .escape
        case (.string, 0x80...): try beginUTF8(byte)
        case (.string, ..<0x20): throw error("a control character in a string")
        case (.string, _): break
        case (.utf8Tail, nextTail):
            nextTail = 0x80...0xBF
            remaining -= 1
            if remaining == 0 { state = .string }
        case (.utf8Tail, _): throw error("invalid UTF-8")
        case (.escape, UInt8(ascii: "u")):
            state = .unicodeEscape
            remaining = 4
        case (.escape, _):
            guard #""\/bfnrt"#.utf8.contains(byte) else { throw error("an unknown escape") }
            state = .string
        default:
            guard byte.hexadecimalValue != nil else { throw error("expected a hexadecimal digit") }
            remaining -= 1
            if remaining == 0 { state = .string }
        }
    }

    /// The well-formed sequences of the Unicode Standard, table 3-7.
    private mutating func beginUTF8(_ lead: UInt8) throws(JSONSyntaxError) {
        switch lead {
        case 0xC2...0xDF: (remaining, nextTail) = (1, 0x80...0xBF)
        case 0xE0: (remaining, nextTail) = (2, 0xA0...0xBF)
        case 0xED: (remaining, nextTail) = (2, 0x80...0x9F)
        case 0xE1...0xEF: (remaining, nextTail) = (2, 0x80...0xBF)
        case 0xF0: (remaining, nextTail) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (remaining, nextTail) = (3, 0x80...0xBF)
        case 0xF4: (remaining, nextTail) = (3, 0x80...0x8F)
        default: throw error("invalid UTF-8")
        }
        state = .utf8Tail
    }

    // MARK: Numbers and literals

    private mutating func consumeInNumber(_ byte: UInt8, _ found: (Member) -> Void) throws(JSONSyntaxError) -> Bool {
        switch (state, byte) {
        case (.minus, UInt8(ascii: "0")): state = .zero
        case (.minus, UInt8(ascii: "1")...UInt8(ascii: "9")): state = .integer
        case (.integer, UInt8(ascii: "0")...UInt8(ascii: "9")): break
        case (.zero, UInt8(ascii: ".")), (.integer, UInt8(ascii: ".")): state = .point
        case (.point, UInt8(ascii: "0")...UInt8(ascii: "9")): state = .fraction
        case (.fraction, UInt8(ascii: "0")...UInt8(ascii: "9")): break
        case (.zero, UInt8(ascii: "e")), (.zero, UInt8(ascii: "E")), (.integer, UInt8(ascii: "e")),
            (.integer, UInt8(ascii: "E")), (.fraction, UInt8(ascii: "e")), (.fraction, UInt8(ascii: "E")):
            state = .exponent
        case (.exponent, UInt8(ascii: "+")), (.exponent, UInt8(ascii: "-")): state = .exponentSign
        case (.exponent, UInt8(ascii: "0")...UInt8(ascii: "9")),
            (.exponentSign, UInt8(ascii: "0")...UInt8(ascii: "9")),
            (.exponentDigits, UInt8(ascii: "0")...UInt8(ascii: "9")):
            state = .exponentDigits
        case (.zero, _), (.integer, _), (.fraction, _), (.exponentDigits, _):
            endValue(at: offset, found)
            return false
        default: throw error("expected a digit")
        }
        return true
    }

    private mutating func beginLiteral(_ text: StaticString) {
        literal = text
        remaining = text.utf8CodeUnitCount - 1
        state = .literal
    }

    private mutating func consumeInLiteral(_ byte: UInt8, _ found: (Member) -> Void) throws(JSONSyntaxError) {
        let expected = literal.utf8Start[literal.utf8CodeUnitCount - remaining]
        guard byte == expected else { throw error("expected \(literal)") }
        remaining -= 1
        if remaining == 0 { endValue(at: offset + 1, found) }
    }

    private func error(_ reason: String) -> JSONSyntaxError {
        JSONSyntaxError(offset: offset, reason: reason)
    }
}
