// What Swift offers for text by characters, which are grapheme clusters and not bytes: "a/" with a combining mark behind it
// has no "/" for it, and so a file name, a path or a quote is read differently from how the system reads it. Compiled
// together with a target's sources, these come before the standard library's own and are refused: see scripts/check-text.
//
// It cannot see a `for` loop over a text, `==`, or the keys of a dictionary. Two texts that Unicode takes for one are equal
// to `==`; what comes from outside and is compared is made ASCII first, or compared by its `utf8` view.

extension StringProtocol {
    @available(*, deprecated, message: "use utf8") var first: Swift.Character? { fatalError() }
    @available(*, deprecated, message: "use utf8") var last: Swift.Character? { fatalError() }
    @available(*, deprecated, message: "use utf8") func first(where: (Swift.Character) throws -> Bool) rethrows -> Swift.Character? { fatalError() }
    @available(*, deprecated, message: "use utf8") func last(where: (Swift.Character) throws -> Bool) rethrows -> Swift.Character? { fatalError() }
    @available(*, deprecated, message: "use utf8") func firstIndex(of: Swift.Character) -> Index? { fatalError() }
    @available(*, deprecated, message: "use utf8") func firstIndex(where: (Swift.Character) throws -> Bool) rethrows -> Index? { fatalError() }
    @available(*, deprecated, message: "use utf8") func lastIndex(of: Swift.Character) -> Index? { fatalError() }
    @available(*, deprecated, message: "use utf8") func lastIndex(where: (Swift.Character) throws -> Bool) rethrows -> Index? { fatalError() }
    @available(*, deprecated, message: "use utf8") func contains(_: Swift.Character) -> Bool { fatalError() }
    @available(*, deprecated, message: "use utf8") func contains(_: some StringProtocol) -> Bool { fatalError() }
    @available(*, deprecated, message: "use utf8") func contains(where: (Swift.Character) throws -> Bool) rethrows -> Bool { fatalError() }
    @available(*, deprecated, message: "use utf8") func hasPrefix(_: some StringProtocol) -> Bool { fatalError() }
    @available(*, deprecated, message: "use utf8") func hasSuffix(_: some StringProtocol) -> Bool { fatalError() }
    @available(*, deprecated, message: "use utf8") func starts(with: some Sequence<Swift.Character>) -> Bool { fatalError() }
    @available(*, deprecated, message: "use utf8") func elementsEqual(_: some Sequence<Swift.Character>) -> Bool { fatalError() }
    @available(*, deprecated, message: "use utf8") func prefix(_: Int) -> SubSequence { fatalError() }
    @available(*, deprecated, message: "use utf8") func prefix(while: (Swift.Character) throws -> Bool) rethrows -> SubSequence { fatalError() }
    @available(*, deprecated, message: "use utf8") func suffix(_: Int) -> SubSequence { fatalError() }
    @available(*, deprecated, message: "use utf8") func dropFirst(_: Int = 1) -> SubSequence { fatalError() }
    @available(*, deprecated, message: "use utf8") func dropLast(_: Int = 1) -> SubSequence { fatalError() }
    @available(*, deprecated, message: "use utf8") func drop(while: (Swift.Character) throws -> Bool) rethrows -> SubSequence { fatalError() }
    @available(*, deprecated, message: "use utf8") func split(
        separator: Swift.Character, maxSplits: Int = .max, omittingEmptySubsequences: Bool = true
    ) -> [SubSequence] { fatalError() }
    @available(*, deprecated, message: "use utf8") func split(
        separator: some Collection<Swift.Character>, maxSplits: Int = .max, omittingEmptySubsequences: Bool = true
    ) -> [SubSequence] { fatalError() }
    @available(*, deprecated, message: "use utf8") func split(
        maxSplits: Int = .max, omittingEmptySubsequences: Bool = true,
        whereSeparator: (Swift.Character) throws -> Bool
    ) rethrows -> [SubSequence] { fatalError() }
    @available(*, deprecated, message: "use utf8") func replacing(_: some Collection<Swift.Character>, with: some Collection<Swift.Character>) -> Self {
        fatalError()
    }
    @available(*, deprecated, message: "use utf8") func trimmingPrefix(while: (Swift.Character) throws -> Bool) rethrows -> SubSequence { fatalError() }
    @available(*, deprecated, message: "use utf8") func trimmingPrefix(_: some Sequence<Swift.Character>) -> SubSequence { fatalError() }
    @available(*, deprecated, message: "use utf8") func firstRange(of: some Collection<Swift.Character>) -> Range<Index>? { fatalError() }
    @available(*, deprecated, message: "use utf8") func ranges(of: some Collection<Swift.Character>) -> [Range<Index>] { fatalError() }
    @available(*, deprecated, message: "use utf8") func allSatisfy(_: (Swift.Character) throws -> Bool) rethrows -> Bool { fatalError() }
    @available(*, deprecated, message: "use utf8") func filter(_: (Swift.Character) throws -> Bool) rethrows -> String { fatalError() }
    @available(*, deprecated, message: "use utf8") func map<T>(_: (Swift.Character) throws -> T) rethrows -> [T] { fatalError() }
    @available(*, deprecated, message: "use utf8") func compactMap<T>(_: (Swift.Character) throws -> T?) rethrows -> [T] { fatalError() }
    @available(*, deprecated, message: "use utf8") func flatMap<T: Sequence>(_: (Swift.Character) throws -> T) rethrows -> [T.Element] { fatalError() }
    @available(*, deprecated, message: "use utf8") func forEach(_: (Swift.Character) throws -> Void) rethrows { fatalError() }
    @available(*, deprecated, message: "use utf8") func reduce<T>(_: T, _: (T, Swift.Character) throws -> T) rethrows -> T { fatalError() }
    @available(*, deprecated, message: "use utf8") func reduce<T>(into: T, _: (inout T, Swift.Character) throws -> Void) rethrows -> T { fatalError() }
    @available(*, deprecated, message: "use utf8") func enumerated() -> EnumeratedSequence<Self> { fatalError() }
    @available(*, deprecated, message: "use utf8") func reversed() -> ReversedCollection<Self> { fatalError() }
    @available(*, deprecated, message: "use utf8") func index(after: Index) -> Index { fatalError() }
    @available(*, deprecated, message: "use utf8") func index(before: Index) -> Index { fatalError() }
    @available(*, deprecated, message: "use utf8") func index(_: Index, offsetBy: Int) -> Index { fatalError() }
    @available(*, deprecated, message: "use utf8") func lowercased() -> String { fatalError() }
    @available(*, deprecated, message: "use utf8") func uppercased() -> String { fatalError() }
}

// Those that String and Substring have themselves come before what all texts have.

extension String {
    @available(*, deprecated, message: "use utf8") var count: Int { fatalError() }
    @available(*, deprecated, message: "use utf8") func hasPrefix(_: String) -> Bool { fatalError() }
    @available(*, deprecated, message: "use utf8") func hasSuffix(_: String) -> Bool { fatalError() }
    @available(*, deprecated, message: "use utf8") func index(after: Index) -> Index { fatalError() }
    @available(*, deprecated, message: "use utf8") func index(before: Index) -> Index { fatalError() }
    @available(*, deprecated, message: "use utf8") func index(_: Index, offsetBy: Int) -> Index { fatalError() }
    @available(*, deprecated, message: "use utf8") func lowercased() -> String { fatalError() }
    @available(*, deprecated, message: "use utf8") func uppercased() -> String { fatalError() }
    @available(*, deprecated, message: "use utf8") func filter(_: (Swift.Character) throws -> Bool) rethrows -> String { fatalError() }
    @available(*, deprecated, message: "use utf8") mutating func removeFirst() -> Swift.Character { fatalError() }
    @available(*, deprecated, message: "use utf8") mutating func removeLast() -> Swift.Character { fatalError() }
    @available(*, deprecated, message: "use utf8") mutating func popLast() -> Swift.Character? { fatalError() }
}

extension Substring {
    @available(*, deprecated, message: "use utf8") var count: Int { fatalError() }
    @available(*, deprecated, message: "use utf8") func index(after: Index) -> Index { fatalError() }
    @available(*, deprecated, message: "use utf8") func index(before: Index) -> Index { fatalError() }
    @available(*, deprecated, message: "use utf8") func index(_: Index, offsetBy: Int) -> Index { fatalError() }
    @available(*, deprecated, message: "use utf8") func lowercased() -> String { fatalError() }
    @available(*, deprecated, message: "use utf8") func uppercased() -> String { fatalError() }
    @available(*, deprecated, message: "use utf8") func filter(_: (Swift.Character) throws -> Bool) rethrows -> String { fatalError() }
    @available(*, deprecated, message: "use utf8") mutating func removeFirst() -> Swift.Character { fatalError() }
    @available(*, deprecated, message: "use utf8") mutating func removeLast() -> Swift.Character { fatalError() }
    @available(*, deprecated, message: "use utf8") mutating func popFirst() -> Swift.Character? { fatalError() }
    @available(*, deprecated, message: "use utf8") mutating func popLast() -> Swift.Character? { fatalError() }
}

@available(*, deprecated, message: "use utf8") typealias Character = Swift.Character
