import Bytes

@testable import DockerRun
@testable import Server

extension Target {
    /// Lines NAME=VALUE over a good environment: each fault begins with the name of a variable, what is accepted is within
    /// its bounds, the token is told to nobody, and a shell reads the summary back as it was.
    static let environment = Target("environment") { bytes in
        var variables = good
        for line in bytes.text.split(at: "\n", omittingEmpty: true) where !line.utf8.contains(0) && line.isASCIINamed {
            let pair = line.split(at: "=", maxSplits: 1, omittingEmpty: false)
            variables[pair[0]] = pair.count > 1 ? pair[1] : nil
        }
        let environment = Environment(variables) { _ in "token" }
        do throws(ConfigurationFaults) {
            checkBounds(try environment.settings())
        } catch {
            expect(!error.descriptions.isEmpty, "nothing is at fault")
            for fault in error.descriptions { checkFault(fault, variables) }
        }
        checkSummary(environment.summary, variables)
        for name in environment.unknownVariables {
            expect(variables[name] != nil && !known.contains(name), "\(name) is known, or not there")
        }
    }

    private static let known = Set(EnvironmentVariable.all.map(\.name))

    private static let good = [
        "SERVER_LISTEN_ADDR": "0.0.0.0", "SERVER_LISTEN_PORT": "8088", "SERVER_WORKER_THREADS": "10",
        "API_ACCESS_TOKEN": "s3cr3t", "DOCKER_UNIX_SOCKET_PATH": "/run/docker.sock",
        "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "3", "DOCKER_UNIX_SOCKET_WRITE_TIMEOUT": "4",
        "DOCKER_CONTAINER_HOSTNAME": "glot", "DOCKER_CONTAINER_USER": "glot", "DOCKER_CONTAINER_MEMORY": "1000000000",
        "DOCKER_CONTAINER_NETWORK_DISABLED": "true", "DOCKER_CONTAINER_ULIMIT_NOFILE_SOFT": "90",
        "DOCKER_CONTAINER_ULIMIT_NOFILE_HARD": "100", "DOCKER_CONTAINER_ULIMIT_NPROC_SOFT": "91",
        "DOCKER_CONTAINER_ULIMIT_NPROC_HARD": "101", "DOCKER_CONTAINER_CAP_DROP": "MKNOD NET_RAW",
        "RUN_MAX_EXECUTION_TIME": "15", "RUN_MAX_OUTPUT_SIZE": "100000",
    ]

    private static func checkBounds(_ settings: Settings) {
        let (server, container) = (settings.server, settings.runs.container)
        expect((1...65535).contains(server.listenPort) && settings.runs.workers > 0, "the server's numbers")
        expect(!server.accessTokens.isEmpty, "no token")
        expect(server.accessTokens.allSatisfy { $0.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } }, "no header's token")
        expect((server.metricsAddress.map { (1...65535).contains($0.port) }) ?? true, "the metrics' port")
        expect(settings.runs.docker.socketPath.utf8.first == UInt8(ascii: "/"), "the socket's path")
        expect(settings.runs.docker.socketPath.utf8.count < 108, "the socket's path is too long")
        expect(container.memory > 0 && container.pidsLimit > 0 && container.nanoCPUs ?? 1 > 0, "the limits")
        expect(container.openFiles.soft <= container.openFiles.hard, "the open files")
        expect(settings.runs.run.maxExecutionTime > 0 && settings.runs.run.maxOutputSize > 0, "the run's limits")
        expect(settings.runs.run.allowedImages?.isEmpty != true, "no image is allowed, and nobody said so")
        expect(settings.runs.pool.images.reduce(0) { $0 + $1.count } <= settings.runs.maxIdle, "the pool's images")
        expect(settings.runs.pool.images.allSatisfy { $0.count > 0 && $0.image.isASCII }, "the pool's names")
    }

    private static func checkFault(_ fault: String, _ variables: [String: String]) {
        let name = fault.utf8.prefix { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "_") }
        expect(known.contains(name.text), "no variable is named by: \(fault)")
        let isToldElsewhere = variables.contains { $0 != "API_ACCESS_TOKEN" && $1.contains("s3cr3t") }
        expect(isToldElsewhere || !fault.contains("s3cr3t"), "the token is in: \(fault)")
    }

    private static func checkSummary(_ summary: String, _ variables: [String: String]) {
        var rest = Array(summary.utf8)[...]
        var values: [String: [UInt8]] = [:]
        while !rest.isEmpty {
            if rest.first == UInt8(ascii: "#") {
                rest = rest.drop { $0 != 0x0A }.dropFirst()
                continue
            }
            let name = rest.prefix { $0 != UInt8(ascii: "=") }
            rest = rest.dropFirst(name.count + 1)
            guard let word = NaiveShell.takeWord(&rest), rest.first ?? 0x0A == 0x0A else {
                fatalError("a shell does something with the value of \(name.text)")
            }
            values[name.text] = word
            rest = rest.dropFirst()
        }
        for variable in EnvironmentVariable.all {
            var expected = variables[variable.name]
            if variable.isSecret {
                expected = nil
            } else if case .value(let value) = variable.fallback {
                expected = expected ?? value
            }
            expect(values[variable.name] == expected.map { Array($0.utf8) }, "\(variable.name) is not what it was")
        }
        expect(values.keys.allSatisfy(known.contains), "a variable that is none")
    }
}

extension String {
    /// execve(2) knows no others that would be ours.
    fileprivate var isASCIINamed: Bool { utf8.prefix { $0 != UInt8(ascii: "=") }.allSatisfy { $0 < 0x80 } }
}
