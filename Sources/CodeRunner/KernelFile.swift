internal import Glibc

/// A file of /proc or /sys, whose length is not known before it is read.
enum KernelFile {
    /// Nil if it is not there or may not be read.
    static func read(_ path: String) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let file = Descriptor(owning: number)
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(file.number, &buffer, buffer.count)
            guard count > 0 else { return count == 0 ? text : nil }
            text += buffer[..<count]
        }
    }

    /// What the kernel does not take is not taken.
    static func write(_ text: StaticString, to path: String) {
        let file = Descriptor(owning: open(path, O_WRONLY | O_CLOEXEC))
        _ = Glibc.write(file.number, text.utf8Start, text.utf8CodeUnitCount)
    }
}
