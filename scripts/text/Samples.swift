// Every line with a comment has to be refused: see scripts/check-text.

func samples(_ text: String, _ part: Substring, _ other: String) {
    var (text, part) = (text, part)
    _ = text.first  //
    _ = part.last  //
    _ = text.first { $0 == "/" }  //
    _ = text.last { $0 == "/" }  //
    _ = text.firstIndex(of: "/")  //
    _ = text.firstIndex { $0 == "/" }  //
    _ = part.lastIndex(of: "/")  //
    _ = text.lastIndex { $0 == "/" }  //
    _ = text.contains("/")  //
    _ = text.contains(other)  //
    _ = part.contains { $0 == "/" }  //
    _ = text.contains(where: \.isWhitespace)  //
    _ = text.hasPrefix("/")  //
    _ = part.hasPrefix("/")  //
    _ = text.hasSuffix("/")  //
    _ = part.hasSuffix("/")  //
    _ = [other].contains(where: text.hasPrefix)  //
    _ = text.starts(with: "/")  //
    _ = text.elementsEqual("/")  //
    _ = text.prefix(1)  //
    _ = part.prefix { $0 != "/" }  //
    _ = text.suffix(1)  //
    _ = text.dropFirst()  //
    _ = part.dropLast(2)  //
    _ = text.drop { $0 == "/" }  //
    _ = text.split(separator: "/")  //
    _ = part.split(separator: ":", maxSplits: 1)  //
    _ = text.split(separator: "\r\n")  //
    _ = text.split(separator: other)  //
    _ = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)  //
    _ = text.replacing("'", with: "")  //
    _ = text.replacing(other, with: "")  //
    _ = text.trimmingPrefix("/")  //
    _ = text.trimmingPrefix { $0 == "/" }  //
    _ = text.firstRange(of: other)  //
    _ = text.ranges(of: other)  //
    _ = text.allSatisfy(\.isLetter)  //
    _ = part.filter { $0 != "/" }  //
    _ = text.filter { $0 != "/" }  //
    _ = text.map { $0 == "/" }  //
    _ = text.compactMap(\.hexDigitValue)  //
    _ = text.flatMap { [$0] }  //
    text.forEach { _ = $0 }  //
    _ = text.reduce(0) { count, _ in count + 1 }  //
    _ = text.reduce(into: 0) { count, _ in count += 1 }  //
    _ = text.enumerated()  //
    _ = text.reversed()  //
    _ = text[text.index(after: text.startIndex)...]  //
    _ = part.index(before: part.endIndex)  //
    _ = text.index(text.startIndex, offsetBy: 1)  //
    _ = text.lowercased()  //
    _ = part.uppercased()  //
    _ = text.count  //
    _ = part.count  //
    _ = text.removeFirst()  //
    _ = part.removeLast()  //
    _ = part.popFirst()  //
    let one: Character = "/"  //
    _ = one

    _ = text.utf8.split(separator: UInt8(ascii: "/"))
    _ = text.utf8.starts(with: "/".utf8)
    _ = part.utf8.count
    _ = text.unicodeScalars.contains("/")
    _ = [text].first
    _ = text.isEmpty
}
