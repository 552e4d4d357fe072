import Foundation
import Logging
import TestSupport
import Testing

@testable import DockerRun
@testable import Server

struct EnvironmentTests {
    /// With values that tell fields apart which are the same in development.
    private static let required = DevelopmentSettings.values.merging([
        "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "3", "DOCKER_UNIX_SOCKET_WRITE_TIMEOUT": "4",
        "DOCKER_CONTAINER_CAP_DROP": "MKNOD NET_RAW",
    ]) { $1 }

    private func configuration(_ changes: [String: String?]) throws(ConfigurationFaults) -> Settings {
        var variables = Self.required
        for (name, value) in changes { variables[name] = value }
        return try Environment(variables).settings()
    }

    private func faults(_ changes: [String: String?]) -> [String] {
        do { _ = try configuration(changes) } catch { return error.descriptions }
        return []
    }

    @Test func `the required variables are read into their fields, and the others have their defaults`() throws {
        let configuration = try configuration([:])
        var expected = Settings()
        expected.server.listenAddress = "127.0.0.1"
        expected.server.listenPort = 8088
        expected.runs.workers = 4
        expected.server.accessTokens = ["development-token"]
        expected.runs.docker.socketPath = "/var/run/docker.sock"
        expected.runs.docker.readTimeout = 3
        expected.runs.docker.writeTimeout = 4
        expected.runs.container.hostname = "glot"
        expected.runs.container.user = "1000:1000"
        expected.runs.container.memory = 536_870_912
        expected.runs.container.networkDisabled = true
        expected.runs.container.openFiles.soft = 90
        expected.runs.container.openFiles.hard = 100
        expected.runs.container.processes.soft = 1000
        expected.runs.container.processes.hard = 1200
        expected.runs.container.capDrop = ["MKNOD", "NET_RAW"]
        expected.runs.run.maxExecutionTime = 15
        expected.runs.run.maxOutputSize = 1_000_000
        #expect(configuration == expected)
    }

    @Test func `more workers than one process has threads for are a fault that says so`() {
        #expect(faults(["SERVER_WORKER_THREADS": "1000"]).isEmpty)
        #expect(
            faults(["SERVER_WORKER_THREADS": "1001"]) == [
                "SERVER_WORKER_THREADS must be a whole number from 1 to 1000, not 1001: one process has no more threads for runs"
            ])
    }

    @Test func `the optional variables are read into their fields`() throws {
        let configuration = try configuration([
            "SERVER_METRICS_ADDR": "127.0.0.1:9188", "SERVER_QUEUE_SIZE": "0", "SERVER_MAX_BODY_SIZE": "10",
            "SERVER_SHUTDOWN_GRACE": "0",
            "DOCKER_CONTAINER_CAP_ADD": "CHOWN", "DOCKER_CONTAINER_READONLY_ROOTFS": "true",
            "DOCKER_CONTAINER_TMP_DIR_PATH": "/tmp", "DOCKER_CONTAINER_TMP_DIR_OPTIONS": "rw",
            "DOCKER_CONTAINER_WORK_DIR_PATH": "/work", "DOCKER_CONTAINER_WORK_DIR_OPTIONS": "ro",
            "DOCKER_CONTAINER_RUNTIME": "runsc", "DOCKER_CONTAINER_PIDS_LIMIT": "7", "DOCKER_CONTAINER_CPUS": "1.5",
            "DOCKER_CONTAINER_NO_NEW_PRIVILEGES": "false", "RUN_ALLOWED_IMAGES": "a/* b",
            "RUN_BUILTIN_RUNNER_PATH": "/usr/lib/code-runner", "RUN_RUNTIMES": "a/*=runsc b:1=crun",
            "SERVER_CORS_ORIGINS": "https://a.example http://localhost:3000", "SERVER_HOSTS": "a.example b",
            "SERVER_PLAYGROUND": "false",
            "INTERACTIVE_MAX_RUNS": "3", "INTERACTIVE_MAX_TIME": "20", "INTERACTIVE_MAX_OUTPUT_SIZE": "2000",
            "INTERACTIVE_IDLE_TIME": "5",
            "RUN_LANGUAGES": "c++=a/cpp julia=a/b:1:builtin",
            "RUN_REPLY_AT": "exit", "DEBUG_KEEP_CONTAINER": "true", "POOL_MAX_IDLE": "7",
            "POOL_IMAGES": "a/b:latest=2 b=3:builtin", "POOL_IDLE_TIMEOUT": "60",
            "POOL_MAX_MEMORY": "99999999", "PRELUDE": "off",
            "LOG_LEVEL": "debug", "LOG_FORMAT": "json",
        ])
        #expect(configuration.server.metricsAddress == ListenAddress(address: "127.0.0.1", port: 9188))
        #expect(configuration.server.hosts == ["a.example", "b"])
        #expect(!configuration.server.hasPlayground)
        var interactive = InteractiveSettings()
        (interactive.maxRuns, interactive.maxTime) = (3, 20)
        (interactive.maxOutputSize, interactive.idleTime) = (2000, 5)
        #expect(configuration.runs.interactive == interactive)
        #expect(configuration.runs.queueSize == 0)
        #expect(configuration.server.maxBodySize == 10)
        #expect(configuration.server.shutdownGrace == 0)
        #expect(configuration.runs.container.capAdd == ["CHOWN"])
        #expect(configuration.runs.container.readonlyRootfs)
        #expect(configuration.runs.container.temporaryDirectory == .init(path: "/tmp", options: "rw"))
        #expect(configuration.runs.container.workDirectory == .init(path: "/work", options: "ro"))
        #expect(configuration.runs.container.runtime == "runsc")
        #expect(configuration.runs.container.pidsLimit == 7)
        #expect(configuration.runs.container.nanoCPUs == 1_500_000_000)
        #expect(!configuration.runs.container.noNewPrivileges)
        #expect(configuration.runs.run.allowedImages == [ImagePattern("a/*"), ImagePattern("b")])
        #expect(configuration.server.corsOrigins == ["https://a.example", "http://localhost:3000"])
        let languages = configuration.runs.run.languages
        #expect(languages.map(\.language) == ["c++", "julia"] && languages.map(\.image) == ["a/cpp", "a/b:1"])
        #expect(languages.map(\.runner) == [.image, .builtin])
        #expect(configuration.runs.container.builtinRunner == .path("/usr/lib/code-runner"))
        #expect(
            configuration.runs.container.imageRuntimes == [
                ContainerSettings.ImageRuntime(pattern: ImagePattern("a/*"), runtime: "runsc"),
                ContainerSettings.ImageRuntime(pattern: ImagePattern("b:1"), runtime: "crun"),
            ])
        #expect(configuration.runs.run.replyAt == .exit)
        #expect(configuration.runs.pool.maxIdle == 7)
        #expect(
            configuration.runs.pool.images == [
                PoolSettings.WarmImage(image: "a/b:latest", count: 2, runner: .image),
                PoolSettings.WarmImage(image: "b", count: 3, runner: .builtin),
            ])
        #expect(configuration.runs.pool.idleTimeout == 60)
        #expect(configuration.runs.pool.maxMemory == 99_999_999)
        #expect(configuration.runs.run.prelude == .off)
        #expect(configuration.runs.container.keep)
        #expect(configuration.log.level == .debug)
        #expect(configuration.log.format == .json)
    }

    @Test func `every required variable is reported when nothing is set`() {
        var faults: [String] = []
        do { _ = try Environment([:]).settings() } catch { faults = error.descriptions }
        #expect(Set(faults.map { String($0.prefix { $0 != " " }) }) == Set(Self.required.keys))
    }

    @Test(arguments: [
        ("SERVER_LISTEN_ADDR", "localhost"), ("SERVER_LISTEN_PORT", "0"), ("SERVER_LISTEN_PORT", "65536"),
        ("SERVER_LISTEN_PORT", "http"), ("SERVER_WORKER_THREADS", "0"), ("SERVER_WORKER_THREADS", "-1"),
        ("SERVER_WORKER_THREADS", " 4"), ("SERVER_QUEUE_SIZE", ""), ("SERVER_MAX_BODY_SIZE", "2M"),
        ("SERVER_METRICS_ADDR", ""), ("SERVER_METRICS_ADDR", "9188"), ("SERVER_METRICS_ADDR", "127.0.0.1"),
        ("SERVER_METRICS_ADDR", ":9188"), ("SERVER_METRICS_ADDR", "127.0.0.1:"), ("SERVER_METRICS_ADDR", "127.0.0.1:0"),
        ("SERVER_METRICS_ADDR", "127.0.0.1:65536"), ("SERVER_METRICS_ADDR", "localhost:9188"),
        ("SERVER_METRICS_ADDR", "127.0.0.1:+9188"), ("SERVER_METRICS_ADDR", "127.0.0.1: 9188"),
        ("SERVER_METRICS_ADDR", "::1:9188"), ("SERVER_METRICS_ADDR", "[::1]"), ("SERVER_METRICS_ADDR", "[::1:9188"),
        ("SERVER_METRICS_ADDR", "[127.0.0.1]:9188"), ("SERVER_METRICS_ADDR", "[]:9188"),
        ("SERVER_METRICS_ADDR", "[[::1]]:9188"), ("SERVER_METRICS_ADDR", "127.0.0.1:8088"),
        ("API_ACCESS_TOKEN", ""), ("API_ACCESS_TOKEN", "a b"), ("DOCKER_UNIX_SOCKET_PATH", "docker.sock"),
        ("DOCKER_UNIX_SOCKET_PATH", "/" + String(repeating: "x", count: 107)), ("DOCKER_UNIX_SOCKET_READ_TIMEOUT", "0"),
        ("DOCKER_CONTAINER_HOSTNAME", ""), ("DOCKER_CONTAINER_USER", ""), ("DOCKER_CONTAINER_MEMORY", "1000"),
        ("DOCKER_CONTAINER_NETWORK_DISABLED", "yes"), ("DOCKER_CONTAINER_READONLY_ROOTFS", "True"),
        ("DOCKER_CONTAINER_READONLY_ROOTFS", "1"), ("DOCKER_CONTAINER_NO_NEW_PRIVILEGES", ""),
        ("DOCKER_CONTAINER_TMP_DIR_PATH", "tmp"), ("DOCKER_CONTAINER_CPUS", "0"), ("DOCKER_CONTAINER_CPUS", "1e3"),
        ("DOCKER_CONTAINER_PIDS_LIMIT", "-1"), ("RUN_MAX_EXECUTION_TIME", "1.5"),
        ("RUN_MAX_OUTPUT_SIZE", "99999999999999999999"), ("RUN_MAX_OUTPUT_SIZE", "1023"),
        ("RUN_ALLOWED_IMAGES", " "), ("LOG_LEVEL", "INFO"), ("LOG_FORMAT", "xml"), ("DEBUG_KEEP_CONTAINER", "0"),
        ("RUN_RUNTIMES", "runsc"), ("RUN_RUNTIMES", "a="), ("RUN_RUNTIMES", "=runsc"), ("RUN_REPLY_AT", "end"),
        ("SERVER_CORS_ORIGINS", "example.org"), ("SERVER_CORS_ORIGINS", "https://example.org/"),
        ("SERVER_CORS_ORIGINS", "https://Example.org"), ("SERVER_CORS_ORIGINS", "https://"),
        ("SERVER_HOSTS", "a.example:80"), ("SERVER_HOSTS", "A.example"), ("SERVER_HOSTS", "http://a"),
        ("INTERACTIVE_MAX_RUNS", "-1"), ("INTERACTIVE_MAX_TIME", "0"), ("INTERACTIVE_IDLE_TIME", "0"),
        ("INTERACTIVE_MAX_OUTPUT_SIZE", "1023"), ("RUN_LANGUAGES", "julia"), ("RUN_LANGUAGES", "a="),
        ("RUN_LANGUAGES", "=a"), ("RUN_LANGUAGES", "a=:builtin"),
        ("RUN_BUILTIN_RUNNER_PATH", ""), ("RUN_BUILTIN_RUNNER_PATH", "code-runner"),
        ("RUN_BUILTIN_RUNNER_PATH", "volume:"), ("RUN_BUILTIN_RUNNER_PATH", "volume:a"),
        ("RUN_BUILTIN_RUNNER_PATH", "volume:-ab"), ("RUN_BUILTIN_RUNNER_PATH", "volume:/a/b"),
        ("RUN_BUILTIN_RUNNER_PATH", "volume:a b"), ("RUN_BUILTIN_RUNNER_PATH", "volume:a:b"),
        ("RUN_BUILTIN_RUNNER_PATH", "volume:aé"), ("RUN_BUILTIN_RUNNER_PATH", "volume:ae\u{301}"),
        ("RUN_BUILTIN_RUNNER_PATH", "volume:a\u{30A}b"), ("RUN_BUILTIN_RUNNER_PATH", "Volume:ab"),
        ("RUN_LANGUAGES", "a=b a=c"), ("RUN_LANGUAGES", "a=é"),
        ("POOL_MAX_IDLE", "-1"), ("POOL_IMAGES", "a"), ("POOL_IMAGES", "a=0"), ("POOL_IMAGES", "a=1:image"),
        ("POOL_IMAGES", "a=1,b=2"), ("POOL_IDLE_TIMEOUT", "0"),
        ("POOL_MAX_MEMORY", "-1"), ("POOL_MAX_MEMORY", "1G"), ("POOL_MAX_MEMORY", ""), ("PRELUDE", "Off"),
        ("PRELUDE", "false"),
        ("PRELUDE", ""),
    ])
    func `a value that does not parse is a fault that names its variable`(_ name: String, _ value: String) {
        let faults = faults([name: value])
        #expect(faults.count == 1)
        #expect(faults.first?.hasPrefix(name + " ") == true, "\(faults)")
    }

    @Test func `interactive runs are half as many as workers, if there are threads for them`() throws {
        for (workers, count) in [("1", 1), ("2", 1), ("9", 4), ("800", 200), ("1000", 0)] {
            #expect(try configuration(["SERVER_WORKER_THREADS": workers]).runs.maxInteractive == count)
        }
        #expect(try configuration(["INTERACTIVE_MAX_RUNS": "0"]).runs.maxInteractive == 0)
        let many = faults(["SERVER_WORKER_THREADS": "900", "INTERACTIVE_MAX_RUNS": "101"])
        #expect(
            many.count == 1 && many[0].hasPrefix("INTERACTIVE_MAX_RUNS and SERVER_WORKER_THREADS are 1001 together"))
    }

    @Test func `all faults are reported at once`() {
        #expect(faults(["SERVER_LISTEN_PORT": "x", "LOG_LEVEL": "x", "RUN_MAX_OUTPUT_SIZE": nil]).count == 3)
    }

    @Test func `a soft limit above its hard one, and one directory for two mounts, are faults`() {
        #expect(faults(["DOCKER_CONTAINER_ULIMIT_NOFILE_SOFT": "101"]).count == 1)
        #expect(faults(["DOCKER_CONTAINER_ULIMIT_NPROC_SOFT": "1201"]).count == 1)
        #expect(faults(["DOCKER_CONTAINER_TMP_DIR_PATH": "/x", "DOCKER_CONTAINER_WORK_DIR_PATH": "/x"]).count == 1)
    }

    @Test func `tokens may come from a file`() throws {
        var variables = Self.required
        variables["API_ACCESS_TOKEN"] = nil
        variables["API_ACCESS_TOKEN_FILE"] = "/run/token"
        let files = ["/run/token": "from-the-file\nanother\n", "/run/empty": "\n"]
        let readFile: @Sendable (String) throws -> String = { path in
            guard let text = files[path] else { throw CocoaError(.fileNoSuchFile) }
            return text
        }
        let tokens = try Environment(variables, readFile: readFile).settings().server.accessTokens
        #expect(tokens == ["from-the-file", "another"])
        for path in ["/run/empty", "/run/missing"] {
            variables["API_ACCESS_TOKEN_FILE"] = path
            #expect(throws: ConfigurationFaults.self) { try Environment(variables, readFile: readFile).settings() }
        }
        #expect(faults(["API_ACCESS_TOKEN_FILE": "/run/token"]).count == 1, "both are set")
    }

    @Test func `an IPv6 address with a port has brackets`() throws {
        let address = try configuration(["SERVER_METRICS_ADDR": "[::1]:9188"]).server.metricsAddress
        #expect(address == ListenAddress(address: "::1", port: 9188))
    }

    @Test(arguments: [
        ["POOL_IMAGES": "a=8 b=3"], ["POOL_IMAGES": "a=1", "POOL_MAX_IDLE": "0"], ["POOL_IMAGES": "a=1:builtin"],
        ["POOL_IMAGES": "a=1", "RUN_ALLOWED_IMAGES": "b"], ["POOL_IMAGES": "a=2", "POOL_MAX_MEMORY": "16777215"],
        ["POOL_IMAGES": "a=1", "POOL_MAX_MEMORY": "0"],
    ])
    func `images cannot be kept warm that have no room, no runner or no leave to run`(_ changes: [String: String]) {
        let faults = faults(changes)
        #expect(faults.count == 1)
        #expect(faults.first?.hasPrefix("POOL_IMAGES") == true, "\(faults)")
    }

    @Test func `the built-in runner is at a path, or in a volume by a name that Docker takes`() throws {
        for name in ["ab", "A.b_c-9", "00"] {
            let settings = try configuration(["RUN_BUILTIN_RUNNER_PATH": "volume:\(name)"])
            #expect(settings.runs.container.builtinRunner == .volume(name))
        }
        let settings = try configuration(["RUN_BUILTIN_RUNNER_PATH": "/volume:ab", "POOL_IMAGES": "a=1:builtin"])
        #expect(settings.runs.container.builtinRunner == .path("/volume:ab"))
    }

    @Test func `as many containers may wait as there are workers if nothing else is said`() throws {
        #expect(try configuration([:]).runs.maxIdle == 4)
        #expect(try configuration(["POOL_MAX_IDLE": "0"]).runs.maxIdle == 0)
    }

    @Test func `a misspelt variable is noticed, and others' variables are not`() {
        let environment = Environment(["DOCKER_CONTAINER_READONLY_ROOTF": "true", "DOCKER_HOST": "x", "PATH": "/bin"])
        #expect(environment.unknownVariables == ["DOCKER_CONTAINER_READONLY_ROOTF"])
    }

    @Test func `a name that is ours but for its bytes is not ours`() {
        let environment = Environment(names: ["API_ACCESS_TO\u{212A}EN"]) { name in
            name.utf8.elementsEqual("API_ACCESS_TOKEN".utf8) ? "genuine" : "another's"
        }
        #expect(environment.variables["API_ACCESS_TOKEN"] == "genuine")
    }

    @Test func `a value that is not UTF-8 is a fault`() {
        let faults = faults(["DOCKER_CONTAINER_HOSTNAME": String(decoding: [0x61, 0xE9], as: UTF8.self)])
        #expect(faults == ["DOCKER_CONTAINER_HOSTNAME is not valid UTF-8"])
    }

    @Test func `delimiters are bytes, whatever combines with them`() throws {
        let settings = try configuration([
            "DOCKER_CONTAINER_CAP_DROP": "A \u{301}B", "RUN_ALLOWED_IMAGES": "a \u{200D}b",
            "RUN_RUNTIMES": "x=\u{301}y",
            "DOCKER_CONTAINER_TMP_DIR_PATH": "/\u{301}",
        ])
        #expect(settings.runs.container.capDrop == ["A", "\u{301}B"])
        #expect(settings.runs.run.allowedImages?.map(\.text) == ["a", "\u{200D}b"])
        #expect(settings.runs.container.imageRuntimes.map(\.runtime) == ["\u{301}y"])
        #expect(settings.runs.container.temporaryDirectory.path == "/\u{301}")
    }

    @Test func `a language needs an image that may be run, and the mounted runner if that is to run it`() {
        #expect(
            faults(["RUN_LANGUAGES": "a=b:builtin c=d", "RUN_ALLOWED_IMAGES": "b"]) == [
                "RUN_LANGUAGES: b needs RUN_BUILTIN_RUNNER_PATH",
                "RUN_LANGUAGES: d is not among RUN_ALLOWED_IMAGES",
            ])
    }

    @Test func `an image that nobody could ask for is not kept warm`() {
        #expect(
            faults(["POOL_IMAGES": "é=1"]) == [
                "POOL_IMAGES names an image that has U+00E9, and names of images are of printable ASCII without spaces"
            ])
    }

    @Test func `the summary has every variable and hides the token`() {
        let summary = Environment(Self.required).summary
        for variable in EnvironmentVariable.all { #expect(summary.contains(variable.name)) }
        #expect(summary.contains("API_ACCESS_TOKEN=(hidden)"))
        #expect(summary.contains("SERVER_QUEUE_SIZE=100"))
    }

    @Test func `docs/configuration.md has every variable with its default, and no other`() throws {
        let text = try String(contentsOf: DevelopmentSettings.file("docs/configuration.md"), encoding: .utf8)
        var documented = ["## Required": [String](), "## Optional": [String]()]
        var section = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("## ") { section = String(line) }
            guard documented[section] != nil, line.hasPrefix("| `") else { continue }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(cells.count == (section == "## Required" ? 2 : 3), "\(line)")
            documented[section]?.append(cells.dropLast().joined(separator: " | "))
        }
        let all = EnvironmentVariable.all
        let required = all.filter { $0.fallback == .required }.map { "`\($0.name)`" }
        let optional = all.compactMap { variable -> String? in
            switch variable.fallback {
            case .required: nil
            case .value(let value): "`\(variable.name)` | \(value.isEmpty ? "empty" : "`\(value)`")"
            case .none(let meaning): "`\(variable.name)` | \(meaning)"
            }
        }
        #expect(documented["## Required"]?.sorted() == required.sorted())
        #expect(documented["## Optional"]?.sorted() == optional.sorted())
    }

    @Test func `docs/fleet/stack.yml has the values for development, but for the address and the token`() throws {
        let text = try String(contentsOf: DevelopmentSettings.file("docs/fleet/stack.yml"), encoding: .utf8)
        let lines = Set(text.split(separator: "\n").map { $0.filter { !" \"".contains($0) } })
        let others = DevelopmentSettings.values.filter { !lines.contains("\($0.key):\($0.value)") }
        #expect(Set(others.keys) == ["SERVER_LISTEN_ADDR", "API_ACCESS_TOKEN"])
    }

    @Test func `compose.yaml has values that are good with those for development`() throws {
        let text = try String(contentsOf: DevelopmentSettings.file("compose.yaml"), encoding: .utf8)
        let lines = text.components(separatedBy: "    environment:\n")[1].components(separatedBy: "    read_only:")[0]
        var variables: [String: String] = [:]
        for line in lines.split(separator: "\n") where !line.contains("#") {
            let parts = line.split(separator: ":", maxSplits: 1)
            variables[parts[0].trimmingCharacters(in: .whitespaces)] =
                parts[1].trimmingCharacters(in: .whitespaces.union(["\""]))
        }
        #expect(variables.updateValue("token", forKey: "API_ACCESS_TOKEN")?.hasPrefix("${API_ACCESS_TOKEN:?") == true)
        #expect(Environment(variables).unknownVariables == [])
        let settings = try configuration(variables)
        #expect(settings.runs.container.builtinRunner == .volume("docker-run-code-runner"))
        #expect(text.contains("    name: docker-run-code-runner\n"))
        #expect(settings.runs.run.allows(settings.runs.run.languages[0].image))
    }

    @Test func `the defaults are those of the contract`() throws {
        let configuration = try configuration([:])
        #expect(configuration.server.maxBodySize == 2_097_152)
        #expect(configuration.runs.queueSize == 100)
        #expect(configuration.server.shutdownGrace == nil)
        #expect(configuration.runs.container.capAdd == [])
        #expect(!configuration.runs.container.readonlyRootfs)
        #expect(
            configuration.runs.container.temporaryDirectory == .init(path: nil, options: "rw,noexec,nosuid,size=65536k")
        )
        #expect(configuration.runs.container.workDirectory == .init(path: nil, options: "rw,exec,nosuid,size=131072k"))
        #expect(configuration.runs.container.runtime == nil)
        #expect(configuration.runs.container.nanoCPUs == nil)
        #expect(configuration.runs.container.noNewPrivileges)
        #expect(!configuration.runs.container.keep)
        #expect(configuration.runs.run.allowedImages == nil)
        #expect(configuration.log.level == .info)
        #expect(configuration.log.format == .text)
    }

    @Test(arguments: [
        ("SERVER_LISTEN_PORT", "1"), ("SERVER_LISTEN_PORT", "65535"), ("SERVER_LISTEN_ADDR", "::1"),
        ("DOCKER_CONTAINER_CPUS", "0.01"), ("DOCKER_CONTAINER_MEMORY", "6291456"), ("SERVER_QUEUE_SIZE", "0"),
        ("DOCKER_CONTAINER_ULIMIT_NOFILE_SOFT", "100"), ("DOCKER_CONTAINER_CAP_DROP", ""),
        ("DOCKER_UNIX_SOCKET_PATH", "/" + String(repeating: "x", count: 106)),
    ])
    func `values at the bounds are accepted`(_ name: String, _ value: String) {
        #expect(faults([name: value]) == [])
    }

    @Test func `a wrong value is reported beside those that are missing and those that contradict each other`() {
        let faults = faults([
            "SERVER_LISTEN_ADDR": nil, "SERVER_WORKER_THREADS": "many", "API_ACCESS_TOKEN": nil,
            "DOCKER_CONTAINER_ULIMIT_NOFILE_SOFT": "200", "DEBUG_KEEP_CONTAINER": "",
        ])
        #expect(
            Set(faults.map { String($0.prefix { $0 != " " }) }) == [
                "SERVER_LISTEN_ADDR", "SERVER_WORKER_THREADS", "API_ACCESS_TOKEN",
                "DOCKER_CONTAINER_ULIMIT_NOFILE_SOFT", "DEBUG_KEEP_CONTAINER",
            ])
        #expect(faults.count == 5)
    }

    @Test func `neither a fault nor the summary tells the token`() {
        for token in ["s3cr3t value", "s3cr3t\n", "s3cr3t"] {
            #expect(!faults(["API_ACCESS_TOKEN": token]).joined().contains("s3cr3t"))
            var variables = Self.required
            variables["API_ACCESS_TOKEN"] = token
            #expect(!Environment(variables).summary.contains("s3cr3t"))
        }
        let environment = Environment(["API_ACCESS_TOKEN_FILE": "/t"], readFile: { _ in "s3cr3t value" })
        var faults: [String] = []
        do { _ = try environment.settings() } catch { faults = error.descriptions }
        #expect(faults.contains { $0.hasPrefix("API_ACCESS_TOKEN_FILE") })
        #expect(!faults.joined().contains("s3cr3t"))
    }

    @Test func `a token file is read from the disk`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "docker-run-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        var variables = Self.required
        variables["API_ACCESS_TOKEN"] = nil
        variables["API_ACCESS_TOKEN_FILE"] = file.path
        #expect(throws: ConfigurationFaults.self) { try Environment(variables).settings() }
        try Data("abc\r\n".utf8).write(to: file)
        #expect(try Environment(variables).settings().server.accessTokens == ["abc"])
    }

    @Test func `a shell reads the summary back as it was`() throws {
        var variables = Self.required
        variables["DOCKER_CONTAINER_HOSTNAME"] = "it's $HOME `x` \"y\" \\z '\u{301}"
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = [
            "-c",
            Environment(variables).summary
                + "\nprintf '%s|%s' \"$DOCKER_CONTAINER_HOSTNAME\" \"$DOCKER_CONTAINER_CAP_DROP\"",
        ]
        let output = Pipe()
        shell.standardOutput = output
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(text == "it's $HOME `x` \"y\" \\z '\u{301}|MKNOD NET_RAW")
    }
}
