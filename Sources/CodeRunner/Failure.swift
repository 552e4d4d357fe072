internal import Glibc

/// Why nothing can be run, for stderr.
struct Failure: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// What errno says.
    static func system(_ deed: String) -> Failure {
        Failure("cannot \(deed): \(String(cString: strerror(errno)))")
    }
}
