internal import CProcess
internal import Glibc

/// A shell that was started for a command, and what connects this process with it.
struct Child: ~Copyable {
    let process: pid_t
    var streams: ChildStreams
    /// Nanoseconds of CPU time that it had used when it began with what it was asked to do.
    let cpuTimeBefore: Int

    /// - Parameters:
    ///   - text: of the command.
    ///   - arguments: the shell's positional parameters.
    ///   - environment: variables beside those of this process.
    init(
        _ text: String, _ arguments: [String] = [], environment: [String: String] = [:], directory: String,
        _ streams: consuming ChildStreams, onTerminal: Bool = false
    ) throws(Failure) {
        let descriptors = streams.childEnds
        var failed: UnsafePointer<CChar>?
        let variables = environment.map { "\($0)=\($1)" }
        process = process_start_shell(
            text, arguments.flatMap(\.utf8CString), arguments.count, variables.flatMap(\.utf8CString), variables.count,
            directory, descriptors, onTerminal, &failed)
        guard process >= 0 else { throw Self.failure(failed.map { String(cString: $0) }) }
        streams.childHasStarted()
        self.streams = streams
        cpuTimeBefore = 0
    }

    /// One that has waited, and begins now.
    init(_ process: pid_t, _ streams: consuming ChildStreams, cpuTimeBefore: Int) {
        self.process = process
        self.streams = streams
        self.cpuTimeBefore = cpuTimeBefore
    }

    private static func failure(_ deed: String?) -> Failure {
        let failure = Failure.system(deed ?? "start sh")
        // execve(2): each text has to be shorter than 128 KiB, and all together shorter than a quarter of the stack.
        guard errno != E2BIG else {
            return Failure("\(failure): \"args\" and \"env\" are longer than the system takes")
        }
        guard errno == EAGAIN else { return failure }
        return Failure(
            "\(failure): there are too many processes, in this container (DOCKER_CONTAINER_PIDS_LIMIT) or of this user "
                + "on the whole host (DOCKER_CONTAINER_ULIMIT_NPROC_SOFT)")
    }
}
