/// The name of an image as Docker reads it: its grammar (https://pkg.go.dev/github.com/distribution/reference) is of ASCII,
/// letters, digits and some marks.
package enum ImageName {
    /// Nothing else is let in, because two texts that Unicode takes for one are equal to Swift, and two names of images
    /// never shall be: containers wait under them. Whether the rest is a name, the daemon says.
    ///
    /// - Returns: what is wrong with it, to follow whatever has the name; nil if nothing is.
    package static func fault(in name: String) -> String? {
        let isForeign = { (scalar: Unicode.Scalar) in scalar.value <= 0x20 || scalar.value >= 0x7F }
        guard let foreign = name.unicodeScalars.first(where: isForeign) else { return nil }
        if foreign.value == 0 { return "has a NUL" }
        let number = String(foreign.value, radix: 16, uppercase: true)
        let digits = String(repeating: "0", count: max(0, 4 - number.utf8.count)) + number
        return "has U+\(digits), and names of images are of printable ASCII without spaces"
    }
}
