internal import Bytes

/// Three numbers. What a version has behind them is left out, and what it lacks is 0.
struct VersionTriple: Comparable, Sendable {
    let numbers: [Int]

    init(_ numbers: [Int]) {
        self.numbers = Array((numbers + [0, 0, 0]).prefix(3))
    }

    init(_ text: String) {
        let parts = text.utf8.prefix { $0 == UInt8(ascii: ".") || Self.digits.contains($0) }
            .split(separator: UInt8(ascii: "."))
        self.init(parts.map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 })
    }

    var text: String { numbers.map(String.init).joined(separator: ".") }

    static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    static func < (one: VersionTriple, other: VersionTriple) -> Bool {
        one.numbers.lexicographicallyPrecedes(other.numbers)
    }
}

/// A range of versions as npm writes it (https://github.com/npm/node-semver, "Ranges"), for versions that are no prereleases:
/// so each part of it is from a version up to, and without, another.
struct VersionRange {
    private typealias Interval = Range<VersionTriple>

    /// Any of them.
    private let alternatives: [Interval]

    /// Bytes: npm's own limit.
    private static let maximumLength = 256

    /// - Returns: nil if it is none.
    init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        var alternatives: [Interval] = []
        for (index, part) in text.split(at: "|", omittingEmpty: false).enumerated() {
            // Between the two of a `||` there is nothing.
            guard index.isMultiple(of: 2) else {
                guard part.isEmpty else { return nil }
                continue
            }
            guard let interval = Self.interval(part) else { return nil }
            alternatives.append(interval)
        }
        self.alternatives = alternatives
    }

    func contains(_ version: VersionTriple) -> Bool { alternatives.contains { $0.contains(version) } }

    private static let all = VersionTriple([0])..<VersionTriple([.max])

    /// All of its comparators together.
    private static func interval(_ text: String) -> Interval? {
        let words = words(of: text)
        if words.count == 3, words[1] == "-", let first = Partial(words[0]), let last = Partial(words[2]) {
            return clamped(first.floor, last.next)
        }
        var interval = all
        for word in words {
            guard let comparator = comparator(word) else { return nil }
            interval = interval.clamped(to: comparator)
        }
        return interval
    }

    /// What is behind an operator belongs to it, with spaces between them or without.
    private static func words(of text: String) -> [String] {
        text.split(at: " ", omittingEmpty: true).reduce(into: []) { words, word in
            if let last = words.last, !last.isEmpty, last.utf8.allSatisfy({ "<>=^~".utf8.contains($0) }) {
                words[words.count - 1] = last + word
            } else {
                words.append(word)
            }
        }
    }

    private static func comparator(_ word: String) -> Interval? {
        let sign = word.utf8.prefix { "<>=^~".utf8.contains($0) }
        guard let version = Partial(String(decoding: word.utf8.dropFirst(sign.count), as: UTF8.self)) else {
            return nil
        }
        return switch String(decoding: sign, as: UTF8.self) {
        case "", "=":
            version.isPrerelease ? clamped(version.floor, version.floor) : clamped(version.floor, version.next)
        case ">=": clamped(version.floor, all.upperBound)
        case ">": clamped(version.isPrerelease ? version.floor : version.next, all.upperBound)
        case "<": clamped(all.lowerBound, version.floor)
        case "<=": clamped(all.lowerBound, version.isPrerelease ? version.floor : version.next)
        case "~", "~>": clamped(version.floor, version.next(after: min(2, version.numbers.count)))
        case "^": clamped(version.floor, version.nextBreaking)
        default: nil
        }
    }

    private static func clamped(_ lower: VersionTriple, _ upper: VersionTriple) -> Interval {
        lower < upper ? lower..<upper : lower..<lower
    }

    /// `3`, `3.x`, `3.11`, `v3.11.2-rc.1` and the like.
    private struct Partial {
        var numbers: [Int] = []
        var isPrerelease = false

        init?(_ text: String) {
            let bytes = text.utf8.first == UInt8(ascii: "v") ? text.utf8.dropFirst() : text.utf8[...]
            let core = bytes.prefix { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }
            let parts = core.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard parts.count <= 3 else { return nil }
            isPrerelease = bytes.dropFirst(core.count).first == UInt8(ascii: "-")
            for part in parts {
                if part.isEmpty && parts.count == 1 || ["x", "X", "*"].contains(where: { part.elementsEqual($0.utf8) })
                {
                    break
                }
                guard (1...9).contains(part.count), part.allSatisfy(VersionTriple.digits.contains),
                    let number = Int(String(decoding: part, as: UTF8.self))
                else { return nil }
                numbers.append(number)
            }
            guard !isPrerelease || numbers.count == 3 else { return nil }
        }

        var floor: VersionTriple { VersionTriple(numbers) }
        /// The first that is not one of it.
        var next: VersionTriple { next(after: numbers.count) }

        /// The first that differs in the first so many numbers, and is higher.
        func next(after count: Int) -> VersionTriple {
            guard count > 0 else { return all.upperBound }
            return VersionTriple(numbers.prefix(count).dropLast() + [numbers[count - 1] + 1])
        }

        /// The first number that is not 0 stays the same.
        var nextBreaking: VersionTriple {
            next(after: numbers.firstIndex { $0 > 0 }.map { $0 + 1 } ?? numbers.count)
        }
    }
}
