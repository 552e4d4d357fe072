/// What a run may use before the server's own limits would end it without a result.
struct Limits {
    /// Bytes of the result, as it is printed.
    var output = 1_000_000
    /// For everything together, builds included; nil sets no limit.
    var time: Duration?

    /// Under which a result might not fit: with the longest of all numbers and messages it takes some 350 bytes, and the
    /// four lines in the outputs that say how much was left out take 50 each.
    static let leastOutput = 1024
}
