internal import Dispatch

/// A container that is started and attached to, and waits for its payload.
final class WaitingContainer: @unchecked Sendable {
    let container: AttachedContainer
    /// Guarded by libdispatch, whose sources may be activated and cancelled on any thread.
    private let source: any DispatchSourceRead

    /// - Parameters:
    ///   - queue: where `whenReadable` is called.
    ///   - whenReadable: the container has ended, or said something before it was asked. Called again and again for as
    ///     long as that is not read, and perhaps once more after ``release()``.
    init(_ container: AttachedContainer, queue: DispatchQueue, whenReadable: @escaping @Sendable () -> Void) {
        self.container = container
        let stream = container.stream
        source = DispatchSource.makeReadSource(fileDescriptor: stream.descriptor, queue: queue)
        source.setEventHandler(handler: whenReadable)
        // libdispatch lets go of the descriptor only when it calls this; until then it must not be closed.
        source.setCancelHandler { _ = stream }
        source.activate()
    }

    deinit {
        source.cancel()
    }

    /// Nobody watches over it any more.
    func release() -> AttachedContainer {
        source.cancel()
        return container
    }
}
