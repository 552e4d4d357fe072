@testable import DockerRun

extension Target {
    /// A line that is the pattern, then the image: ImagePattern agrees with one that tries every way.
    static let imagePattern = Target("image-pattern") { bytes in
        let end = bytes.firstIndex(of: 0x0A) ?? bytes.endIndex
        // What is no UTF-8 becomes text here, on both sides.
        let (pattern, image) = (bytes[..<end].text, bytes[end...].dropFirst().text)
        let name =
            image.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? image.utf8[...]
        let isTagged = image.utf8.contains(UInt8(ascii: "@")) || name.contains(UInt8(ascii: ":"))
        let expected = matches(pattern, image) || (!isTagged && matches(pattern, image + ":latest"))
        expect(ImagePattern(pattern).allows(image) == expected, "\"\(pattern)\" and \"\(image)\": not \(expected)")
    }

    /// By a table of which beginnings of the pattern fit which beginnings of the text.
    private static func matches(_ pattern: String, _ text: String) -> Bool {
        let text = Array(text.utf8)
        var fits = [true] + [Bool](repeating: false, count: text.count)
        for byte in pattern.utf8 {
            var next = [Bool](repeating: false, count: text.count + 1)
            if byte == UInt8(ascii: "*") {
                next[0] = fits[0]
                for index in text.indices { next[index + 1] = fits[index + 1] || next[index] }
            } else {
                for index in text.indices { next[index + 1] = fits[index] && text[index] == byte }
            }
            fits = next
        }
        return fits[text.count]
    }
}
