internal import ArgumentParser
internal import DockerRun
internal import FoundationEssentials
internal import Glibc
internal import Logging

/// Reads the command line and the environment, and hands over to ``Application``.
@main struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker-run", abstract: "Runs untrusted code in transient Docker containers, over HTTP.",
        discussion: Options.discussion, version: serverVersion)

    @OptionGroup var options: Options

    func run() throws {
        let environment = Environment.ofProcess()
        if options.printConfig { print(environment.summary) }
        let settings: Configuration
        do {
            settings = try environment.configuration()
        } catch {
            throw Failure("The configuration has faults:\n\(error)")
        }
        let unknown = environment.unknownVariables.map { "\($0) is not a variable of docker-run; see --help" }
        guard !options.checkConfig && !options.printConfig else {
            for warning in unknown { print("# warning: \(warning)") }
            if options.checkConfig { print("# The configuration is good.") }
            return
        }
        throw ExitCode(try Self.serve(settings, warnings: unknown))
    }

    /// - Returns: the status to exit with, once the server has stopped.
    private static func serve(_ settings: DockerRun.Configuration, warnings: [String]) throws -> Int32 {
        Self.prepareSignals()
        let notifier = ServiceNotifier(ServiceVariables.take(ServiceNotifier.variables))
        let sink = LogSink(settings.log.format)
        let logger = Logger(label: "docker-run") { _ in LineLogHandler(settings.log, sink: sink) }
        defer { sink.flush() }
        for warning in warnings { logger.warning("\(warning)") }
        let socket = try PassedSocket(ServiceVariables.take(PassedSocket.variables))
        let settings = Self.settings(settings, listeningOn: socket, logger)
        return try Application(settings, listeningOn: socket, notifier: notifier, logger: logger, sink: sink).serve()
    }

    /// The service manager's socket, if there is one, decides where the server listens.
    private static func settings(
        _ settings: DockerRun.Configuration, listeningOn socket: PassedSocket?, _ logger: Logger
    ) -> DockerRun.Configuration {
        guard let socket else { return settings }
        if (socket.address, socket.port) != (settings.server.listenAddress, settings.server.listenPort) {
            logger.warning(
                "the service manager's socket decides where to listen, not SERVER_LISTEN_ADDR and SERVER_LISTEN_PORT")
        }
        var settings = settings
        settings.server.listenAddress = socket.address
        settings.server.listenPort = socket.port
        return settings
    }

    private static func prepareSignals() {
        // That a peer is gone is told by write(2).
        signal(SIGPIPE, SIG_IGN)
        // Blocked signals stay blocked over execve(2): whoever started us may have had reasons that are not ours.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
        sigprocmask(SIG_UNBLOCK, &signals, nil)
    }
}
