internal import Glibc

/// Memory that is taken while a command runs, and given back when it has ended. If the container is full then, of files in
/// memory above all, there is still enough to put the result together.
struct MemoryReserve {
    private let address: UnsafeMutableRawPointer?
    private let size: Int

    /// - Parameter limit: bytes of memory that the container may take; a program under a small one is to have most of it.
    init(limit: Int?) {
        size = min(512 << 10, (limit ?? .max) / 16)
        // Populated, it counts from now on. A child that is forked later must not have it.
        let mapped = mmap(
            nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | Int32(MAP_POPULATE), -1, 0)
        address = mapped == UnsafeMutableRawPointer(bitPattern: -1) ? nil : mapped
    }

    func release() {
        if let address { munmap(address, size) }
    }
}
