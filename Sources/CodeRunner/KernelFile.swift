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
}
