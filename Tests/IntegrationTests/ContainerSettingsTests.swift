import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    @Suite(.serialized) struct ContainerSettings {
        /// What the engine says of a container while it runs a script of the server's.
        private func inspect(_ changes: [String: String]) throws -> (config: [String: Any], host: [String: Any]) {
            let server = try ServerUnderTest(changes)
            let client = try server.begin(script: "sleep 600")
            try eventually("no container runs") { try server.containers().contains { $0.state == "running" } }
            let container = try #require(try server.containers().first)
            let details = try Engine.call("GET", "/containers/\(container.id)/json").json
            withExtendedLifetime(client) {}
            return (
                try #require(details["Config"] as? [String: Any]), try #require(details["HostConfig"] as? [String: Any])
            )
        }

        @Test func `a container is created with the settings of the environment`() throws {
            let (config, host) = try inspect([
                "DOCKER_CONTAINER_HOSTNAME": "somewhere", "DOCKER_CONTAINER_USER": "1000:1000",
                "DOCKER_CONTAINER_MEMORY": "67108864", "DOCKER_CONTAINER_NETWORK_DISABLED": "true",
                "DOCKER_CONTAINER_ULIMIT_NOFILE_SOFT": "30", "DOCKER_CONTAINER_ULIMIT_NOFILE_HARD": "40",
                "DOCKER_CONTAINER_ULIMIT_NPROC_SOFT": "500", "DOCKER_CONTAINER_ULIMIT_NPROC_HARD": "600",
                "DOCKER_CONTAINER_CAP_ADD": "CHOWN KILL", "DOCKER_CONTAINER_CAP_DROP": "ALL",
                "DOCKER_CONTAINER_READONLY_ROOTFS": "true", "DOCKER_CONTAINER_TMP_DIR_PATH": "/tmp",
                "DOCKER_CONTAINER_WORK_DIR_PATH": "/home/glot", "DOCKER_CONTAINER_PIDS_LIMIT": "50",
                "DOCKER_CONTAINER_CPUS": "0.5",
            ])
            #expect(config["Hostname"] as? String == "somewhere")
            #expect(config["User"] as? String == "1000:1000")
            #expect(config["NetworkDisabled"] as? Bool == true)
            #expect(config["OpenStdin"] as? Bool == true)
            #expect(config["StdinOnce"] as? Bool == true)
            #expect(config["Tty"] as? Bool == false)
            #expect(host["Memory"] as? Int == 67_108_864)
            #expect(host["MemorySwap"] as? Int == 67_108_864)
            #expect(host["Privileged"] as? Bool == false)
            // Newer engines put CAP_ in front.
            #expect((host["CapAdd"] as? [String])?.map { $0.replacing("CAP_", with: "") } == ["CHOWN", "KILL"])
            #expect(host["CapDrop"] as? [String] == ["ALL"])
            #expect(host["ReadonlyRootfs"] as? Bool == true)
            #expect(host["SecurityOpt"] as? [String] == ["no-new-privileges"])
            #expect((host["LogConfig"] as? [String: Any])?["Type"] as? String == "none")
            #expect(host["PidsLimit"] as? Int == 50)
            #expect(host["NanoCpus"] as? Int == 500_000_000)
            #expect(
                host["Tmpfs"] as? [String: String] == [
                    "/tmp": "rw,noexec,nosuid,size=65536k", "/home/glot": "rw,exec,nosuid,size=131072k",
                ])
            let ulimits = try #require(host["Ulimits"] as? [[String: Any]])
            #expect(
                ulimits.contains {
                    $0["Name"] as? String == "nofile" && $0["Soft"] as? Int == 30 && $0["Hard"] as? Int == 40
                })
            #expect(
                ulimits.contains {
                    $0["Name"] as? String == "nproc" && $0["Soft"] as? Int == 500 && $0["Hard"] as? Int == 600
                })
        }

        @Test func `the defaults of the environment are safe`() throws {
            let (_, host) = try inspect([:])
            #expect(host["SecurityOpt"] as? [String] == ["no-new-privileges"])
            #expect(host["PidsLimit"] as? Int == 512)
            #expect(host["Privileged"] as? Bool == false)
            #expect((host["Tmpfs"] as? [String: String] ?? [:]).isEmpty)
        }

        @Test func `a program inside sees its user, its hostname and its limits`() throws {
            let server = try ServerUnderTest([
                "DOCKER_CONTAINER_READONLY_ROOTFS": "true", "DOCKER_CONTAINER_TMP_DIR_PATH": "/tmp",
            ])
            let answer = try server.run(
                script: """
                    touch /tmp/yes && tmp=written; touch /no 2>/dev/null || root=refused
                    printf '{"user":"%s","host":"%s","files":"%s","tmp":"%s","root":"%s","privileges":"%s"}' \
                    "$(id -u)" "$(cat /proc/sys/kernel/hostname)" "$(ulimit -n)" "$tmp" "$root" \
                    "$(while read -r name value; do [ $name = NoNewPrivs: ] && echo $value; done </proc/self/status)"
                    """)
            #expect(
                answer.json as? [String: String] == [
                    "user": "1000", "host": "glot", "files": "90", "tmp": "written", "root": "refused",
                    "privileges": "1",
                ], "\(answer.text)")
        }

        @Test func `a run without a network has none but loopback`() throws {
            let server = try ServerUnderTest()
            let answer = try server.run(script: #"printf '{"interfaces":"%s"}' "$(echo $(ls /sys/class/net))""#)
            #expect(answer.json["interfaces"] as? String == "lo", "\(answer.text)")
        }

        @Test func `a runtime that the engine does not know is an error that names it`() throws {
            let text = try ServerUnderTest.textOfFailedStart(["DOCKER_CONTAINER_RUNTIME": "no-such-runtime"])
            #expect(text.contains("DOCKER_CONTAINER_RUNTIME: this Docker Engine has no runtime no-such-runtime, only "))
        }

        @Test(arguments: [("/no-such-file", "docker.container.create"), ("/etc", "docker.container.start")])
        func `a builtin runner that cannot be executed is the operator's fault, and names the variable`(
            _ path: String, _ code: String
        ) throws {
            let server = try ServerUnderTest(["RUN_BUILTIN_RUNNER_PATH": path, "POOL_MAX_IDLE": "1"])
            let answer = try server.post(#"{"image":"docker-run-test/echo","runner":"builtin","payload":{}}"#)
            #expect(answer.status == 500)
            #expect(answer.errorCode == code, "\(answer.text)")
            #expect(answer.message.contains("RUN_BUILTIN_RUNNER_PATH"), "\(answer.text)")
        }

        @Test func `an image that declares a volume is refused under a read-only root, and runs under another`() throws
        {
            let name = "docker-run-test/volume"
            let made = try Engine.call(
                "POST", "/containers/create?name=docker-run-test-volume",
                json: ["Image": "docker-run-test/echo", "Volumes": ["/data": [:]]])
            let id = try #require(made.json["Id"] as? String)
            defer { try? Engine.remove(id) }
            try Engine.call("POST", "/commit?container=\(id)&repo=\(name)&tag=latest")
            defer { _ = try? Engine.call("DELETE", "/images/\(name):latest") }

            #expect(try ServerUnderTest().run("volume").status == 200)
            let server = try ServerUnderTest(["DOCKER_CONTAINER_READONLY_ROOTFS": "true", "POOL_MAX_IDLE": "1"])
            let answer = try server.run("volume")
            #expect(answer.status == 400)
            #expect(answer.errorCode == "docker.container.create")
            #expect(answer.message.contains("the image declares volumes (/data)"))
            try server.awaitNoContainers()
            let covered = try ServerUnderTest([
                "DOCKER_CONTAINER_READONLY_ROOTFS": "true", "DOCKER_CONTAINER_WORK_DIR_PATH": "/data",
            ])
            #expect(try covered.run("volume").status == 200)
        }

        @Test func `a runner whose memory is used up is limits.memory, and is executed once`() throws {
            let server = try ServerUnderTest([
                "DOCKER_CONTAINER_MEMORY": "16777216", "POOL_MAX_IDLE": "1", "LOG_LEVEL": "debug",
            ])
            // The shell itself, which is the image's runner, takes more than there is.
            let script = "x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done"
            for isWarm in [false, true] {
                let answer = try server.run(script: script)
                #expect(answer.status == 400)
                #expect(answer.errorCode == "limits.memory", "\(answer.text)")
                #expect(answer.isWarm == isWarm)
                if !isWarm { try server.awaitWaiting(1) }
            }
        }

        @Test func `DEBUG_KEEP_CONTAINER leaves the container, stopped, over a restart too`() throws {
            let first = try ServerUnderTest(["DEBUG_KEEP_CONTAINER": "true"])
            #expect(try first.run(script: "echo '{}'; sleep 600").status == 200)
            try eventually("it is not kept, stopped") { try first.containers().map(\.state) == ["exited"] }
            kill(first.pid, SIGTERM)
            #expect(try first.awaitExit() == 0)
            let kept = try first.containers().map(\.id)
            let second = try ServerUnderTest(port: first.port)
            #expect(try second.run("echo").status == 200)
            try eventually("the other container stays") { try second.containers().count == 1 }
            #expect(try second.containers().map(\.id) == kept)
        }
    }
}
