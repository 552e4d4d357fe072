/// An answer that is being written.
struct OutgoingAnswer {
    var body: OutgoingBody
    /// The connection ends with it.
    let closes: Bool
    /// The answer, if the observer is to be told of it at its end, because its body comes in pieces.
    let unreported: Response?
}
