/// What an image says of its containers, as one of them has told when it was inspected: that it could be made says that the
/// image declares no volume where none may be.
///
/// A container that is made while the name is known to stand for this image need not be inspected. Should it be of another
/// image all the same, because the name moved in that moment, it is found out: the pool gives up what is not of the image that
/// it knows, and a run asks once more (``ImageCheck``).
struct KnownImage {
    let id: String
    var runnerProtocol: RunnerProtocol?
    /// Bytes that it says one of its containers takes while it waits, if that is more than what is usual.
    var waitingMemory: Int?
}
