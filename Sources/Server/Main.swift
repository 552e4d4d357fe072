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
        ControlSignals.block()
        let environment = Environment.ofProcess()
        if options.printConfig { print(environment.summary) }
        let settings: Settings
        do {
            settings = try environment.settings()
        } catch {
            throw Failure("The configuration has faults:\n\(error)")
        }
        let unknown = environment.unknownVariables.map { "\($0) is not a variable of docker-run; see --help" }
        guard !options.checkConfig && !options.printConfig else {
            for warning in unknown { print("# warning: \(warning)") }
            if options.checkConfig { print("# The configuration is good.") }
            return
        }
        let status = try Self.serve(settings, warnings: unknown)
        // exit(3) would destroy what threads still use that wait for the daemon.
        _exit(status)
    }

    /// - Returns: the status to exit with, once the server has stopped.
    private static func serve(_ settings: Settings, warnings: [String]) throws -> Int32 {
        // That a peer is gone is told by write(2).
        signal(SIGPIPE, SIG_IGN)
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
        _ settings: Settings, listeningOn socket: PassedSocket?, _ logger: Logger
    ) -> Settings {
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
}
