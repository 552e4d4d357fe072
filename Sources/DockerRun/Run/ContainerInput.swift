/// A container's stdin: the payload, and where somebody talks with the program, what is said behind it. It ends behind the
/// payload, or stays open until the result is there.
struct ContainerInput {
    private let stream: DockerStream
    private var unsent: ArraySlice<UInt8>
    private let staysOpen: Bool
    private let timeout: Duration
    private var isOpen = true
    /// Why it takes no more. A container may well end without reading its stdin, so that only its output can tell whether
    /// that matters.
    private(set) var failure: String?
    /// When the container last took something, or could first have done so, or there was something new to take.
    private(set) var lastWrite = ContinuousClock.now

    /// - Parameters:
    ///   - staysOpen: until ``end()``, so that something may be said behind the payload.
    ///   - timeout: how long the container may take nothing.
    init(_ stream: DockerStream, payload: ArraySlice<UInt8>, staysOpen: Bool, timeout: Duration) {
        self.stream = stream
        unsent = payload
        self.staysOpen = staysOpen
        self.timeout = timeout
    }

    /// The container can take it from now on.
    mutating func begin() { lastWrite = .now }

    /// Whether more may be said: all of the last is taken.
    var mayAppend: Bool { staysOpen && isOpen && unsent.isEmpty }

    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        unsent = bytes[...]
        lastWrite = .now
    }

    /// Whether something is still to be taken by a container that may take it.
    var isWaiting: Bool { isOpen && !unsent.isEmpty }

    /// Whether all was taken.
    var isWritten: Bool { unsent.isEmpty }

    /// When the container will have taken nothing for too long; nil if there is nothing.
    var deadline: ContinuousClock.Instant? { isWaiting ? lastWrite + timeout : nil }

    /// Writes what is taken now.
    mutating func write() {
        guard isOpen else { return }
        do throws(DockerError) {
            while !unsent.isEmpty {
                let count = try stream.write(unsent)
                guard count > 0 else { return }
                unsent = unsent.dropFirst(count)
                lastWrite = .now
            }
        } catch {
            failure = "\(error)"
            isOpen = false
            return
        }
        if !staysOpen { close() }
    }

    /// The runner has printed all, and waits for this where its stdin stays open. What it has not taken it need not.
    mutating func end() {
        guard staysOpen, isOpen else { return }
        unsent = []
        close()
    }

    private mutating func close() {
        stream.closeWriting()
        isOpen = false
    }

    /// - Throws: ``RunError/payload(_:)`` if the container has taken nothing for too long.
    func refuseStall() throws(RunError) {
        guard let deadline, .now >= deadline else { return }
        throw .payload("none of it was taken for \(timeout) (DOCKER_UNIX_SOCKET_WRITE_TIMEOUT)")
    }
}
