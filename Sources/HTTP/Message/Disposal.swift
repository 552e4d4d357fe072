internal import Dispatch

/// Gives memory back on a thread of its own. To unmap a gigabyte, munmap(2), takes longer than the event loop has.
enum Disposal {
    /// A class of threads of its own, so that it goes on however many others block: libdispatch has so many for each class.
    private static let queue = DispatchQueue(label: "disposal", qos: .utility)
    /// Bytes. What is smaller takes less than a tenth of a millisecond.
    private static let large = 1 << 20

    /// Lets go of something of so many bytes. It is freed here only if nobody else holds it by then.
    static func dispose(_ memory: some Sendable, bytes: Int) {
        guard bytes >= large else { return }
        queue.async { withExtendedLifetime(memory) {} }
    }
}
