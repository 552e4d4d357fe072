internal import Bytes
internal import DockerRun
internal import FoundationEssentials
internal import Glibc

/// The process's environment variables, read as settings.
struct Environment: Sendable {
    let variables: [String: String]
    private let readFile: @Sendable (String) throws -> String

    /// The variables of this process.
    static func ofProcess() -> Environment {
        Environment(names: ProcessInfo.processInfo.environment.keys) { name in
            getenv(name).map { String(cString: $0) }
        }
    }

    /// A dictionary takes a name with a Kelvin sign for the one with a K. Names of ASCII are different if their bytes are.
    init(names: some Sequence<String>, value: (String) -> String?) {
        let names = names.filter(\.isASCII) + EnvironmentVariable.all.map(\.name)
        self.init(Dictionary(names.compactMap { name in value(name).map { (name, $0) } }, uniquingKeysWith: { $1 }))
    }

    init(_ variables: [String: String]) {
        self.init(variables) { path in try String(contentsOfFile: path, encoding: .utf8) }
    }

    init(_ variables: [String: String], readFile: @escaping @Sendable (String) throws -> String) {
        self.variables = variables
        self.readFile = readFile
    }

    /// - Throws: ``ConfigurationFaults`` with everything that is wrong, not only the first thing.
    func settings() throws(ConfigurationFaults) -> Settings {
        var settings = Settings()
        var faults: [String] = []
        for variable in EnvironmentVariable.all {
            do {
                try read(variable, into: &settings)
            } catch {
                faults.append("\(variable.name) \(error.reason)")
            }
        }
        faults += readToken(into: &settings)
        faults += Self.crossChecks(settings)
        guard faults.isEmpty else { throw ConfigurationFaults(descriptions: faults) }
        return settings
    }

    /// Names that look like ours and are not: most often a misspelt variable, which would otherwise silently do nothing.
    var unknownVariables: [String] {
        let known = Set(EnvironmentVariable.all.map(\.name))
        let prefixes = [
            "SERVER_", "API_ACCESS_", "DOCKER_UNIX_SOCKET_", "DOCKER_CONTAINER_", "RUN_MAX_", "RUN_ALLOWED_",
            "RUN_BUILTIN_", "RUN_LANGUAGE", "RUN_RUNTIMES", "RUN_REPLY_", "INTERACTIVE_", "POOL_", "PRELUDE", "LOG_",
            "DEBUG_",
        ]
        return variables.keys.filter { name in
            !known.contains(name) && prefixes.contains { name.utf8.starts(with: $0.utf8) }
        }.sorted()
    }

    /// Every variable with the value in force, in a form that a shell or systemd can read back, secrets left out.
    var summary: String {
        EnvironmentVariable.all.map { variable in
            switch (variables[variable.name], variable.fallback) {
            case (_?, _) where variable.isSecret: "# \(variable.name)=(hidden)"
            case (let value?, _): "\(variable.name)=\(Self.quoted(value))"
            case (nil, .value(let value)): "\(variable.name)=\(Self.quoted(value))"
            case (nil, .none(let meaning)): "# \(variable.name) is not set: \(meaning)"
            case (nil, .required): "# \(variable.name) is not set: required"
            }
        }.joined(separator: "\n")
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { $0.isASCIILetterOrDigit || "_-./,:=".utf8.contains($0) }
        return isPlain ? value : "'" + value.split(at: "'", omittingEmpty: false).joined(separator: "'\\''") + "'"
    }

    private func read(
        _ variable: EnvironmentVariable, into settings: inout Settings
    ) throws(InvalidValue) {
        switch (variables[variable.name], variable.fallback) {
        case (let text?, _):
            // Decoding puts it in the place of what is not UTF-8.
            guard !text.unicodeScalars.contains("\u{FFFD}") else { throw InvalidValue("is not valid UTF-8") }
            try variable.apply(text, &settings)
        case (nil, .value(let text)): try variable.apply(text, &settings)
        case (nil, .none): break
        case (nil, .required): throw InvalidValue("is required: \(variable.summary)")
        }
    }

    private func readToken(into settings: inout Settings) -> [String] {
        switch (variables["API_ACCESS_TOKEN"], settings.server.accessTokenFile) {
        case (nil, nil):
            guard variables["API_ACCESS_TOKEN_FILE"] == nil else { return [] }
            return [
                "API_ACCESS_TOKEN is required: token that clients send as X-Access-Token (or API_ACCESS_TOKEN_FILE)"
            ]
        case (_?, nil):
            return []
        case (_?, _?):
            return ["API_ACCESS_TOKEN_FILE is set as well as API_ACCESS_TOKEN: set one of them"]
        case (nil, let path?):
            do {
                settings.server.accessTokens = try AccessTokenFile(path, read: readFile).tokens()
                return []
            } catch {
                return error.descriptions
            }
        }
    }

    private static func crossChecks(_ settings: Settings) -> [String] {
        var faults: [String] = []
        let container = settings.runs.container
        for (name, limit) in [("NOFILE", container.openFiles), ("NPROC", container.processes)]
        where limit.soft > limit.hard && limit.hard > 0 {
            faults.append(
                "DOCKER_CONTAINER_ULIMIT_\(name)_SOFT must not be above DOCKER_CONTAINER_ULIMIT_\(name)_HARD")
        }
        // For `==`, as for some file systems, two Unicode spellings of a name are the same.
        if let path = container.temporaryDirectory.path, path == container.workDirectory.path {
            faults.append("DOCKER_CONTAINER_WORK_DIR_PATH is the same as DOCKER_CONTAINER_TMP_DIR_PATH: \(path)")
        }
        let server = settings.server
        if server.metricsAddress == ListenAddress(address: server.listenAddress, port: server.listenPort) {
            faults.append("SERVER_METRICS_ADDR is where SERVER_LISTEN_ADDR and SERVER_LISTEN_PORT are")
        }
        for facade in server.facades.open where !server.facades.served.contains(facade) {
            faults.append("API_PUBLIC_FACADES: \(facade) is not among API_FACADES")
        }
        let runs = settings.runs.workers + settings.runs.maxInteractive
        if runs > ThreadShare.maximumRuns {
            faults.append(
                "INTERACTIVE_MAX_RUNS and SERVER_WORKER_THREADS are \(runs) together: one process has threads for "
                    + "\(ThreadShare.maximumRuns) runs")
        }
        return faults + poolFaults(settings) + languageFaults(settings.runs)
    }

    private static func languageFaults(_ settings: RunService.Settings) -> [String] {
        settings.run.languages.compactMap { language in
            if language.runner == .builtin && settings.container.builtinRunner == nil {
                return "RUN_LANGUAGES: \(language.image) needs RUN_BUILTIN_RUNNER_PATH"
            }
            guard settings.run.allows(language.image) else {
                return "RUN_LANGUAGES: \(language.image) is not among RUN_ALLOWED_IMAGES"
            }
            return nil
        }
    }

    private static func poolFaults(_ settings: Settings) -> [String] {
        var faults: [String] = []
        let count = settings.runs.pool.images.reduce(0) { $0 + $1.count }
        if count > settings.runs.maxIdle {
            faults.append(
                "POOL_IMAGES are \(count) containers, more than the \(settings.runs.maxIdle) of POOL_MAX_IDLE")
        }
        let bytes = count * WaitingMemory.usual
        if let maximum = settings.runs.pool.maxMemory, bytes > maximum {
            faults.append("POOL_IMAGES take \(bytes) bytes or more, more than the \(maximum) of POOL_MAX_MEMORY")
        }
        for warm in settings.runs.pool.images {
            if warm.runner == .builtin && settings.runs.container.builtinRunner == nil {
                faults.append("POOL_IMAGES: \(warm.image) needs RUN_BUILTIN_RUNNER_PATH")
            }
            if !settings.runs.run.allows(warm.image) {
                faults.append("POOL_IMAGES: \(warm.image) is not among RUN_ALLOWED_IMAGES")
            }
        }
        return faults
    }
}

/// Everything that is wrong with the environment. Each description begins with the name of its variable.
struct ConfigurationFaults: Error, Equatable, CustomStringConvertible {
    let descriptions: [String]

    var description: String {
        descriptions.map { "  \($0)" }.joined(separator: "\n")
    }
}
