internal import Glibc

/// The three pipes between this process and a child. They are closed when the object goes.
final class Pipes {
    private(set) var stdin = Pipe()
    private(set) var stdout = Pipe()
    private(set) var stderr = Pipe()

    init() throws(Failure) {
        stdin = try Self.open()
        stdout = try Self.open()
        stderr = try Self.open()
        // Only our ends: the child's programs do not expect it of theirs.
        for descriptor in [stdin.write, stdout.read, stderr.read] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    }

    deinit {
        closeChildEnds()
        closeStdin()
        for descriptor in [stdout.read, stderr.read] where descriptor >= 0 { close(descriptor) }
    }

    func closeChildEnds() {
        for descriptor in [stdin.read, stdout.write, stderr.write] where descriptor >= 0 { close(descriptor) }
        (stdin.read, stdout.write, stderr.write) = (-1, -1, -1)
    }

    func closeStdin() {
        if stdin.write >= 0 { close(stdin.write) }
        stdin.write = -1
    }

    private static func open() throws(Failure) -> Pipe {
        guard let pipe = Pipe.open() else { throw .system("make a pipe") }
        return pipe
    }
}
