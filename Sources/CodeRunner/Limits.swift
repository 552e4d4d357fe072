/// What a run may use before the server's own limits would end it without a result.
struct Limits {
    /// Bytes of the result, as it is printed.
    var output = 1_000_000
    /// For everything together, builds included; nil sets no limit.
    var time: Duration?
}
