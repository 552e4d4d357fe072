import Foundation
import Testing

/// What hostile programs do under code-runner: each has an answer within its limits, and the next run is as good as any.
extension IntegrationTests.BuiltinRunner {
    private func narrowServer(_ changes: [String: String] = [:]) throws -> ServerUnderTest {
        try server(
            [
                "RUN_MAX_EXECUTION_TIME": "6", "DOCKER_CONTAINER_PIDS_LIMIT": "32",
                "DOCKER_CONTAINER_MEMORY": "67108864",
                "DOCKER_CONTAINER_CAP_DROP": "ALL", "RUN_MAX_OUTPUT_SIZE": "100000",
                "DOCKER_CONTAINER_WORK_DIR_PATH": "/box",
                "DOCKER_CONTAINER_WORK_DIR_OPTIONS": "rw,exec,nosuid,size=16m",
            ].merging(changes) { $1 })
    }

    private static let tooLong = "Time limit exceeded"
    /// What a shell ends with that cannot fork.
    private static let cannotFork = "Exit code: 2"
    private static let outOfMemory = "Killed by signal 9 (SIGKILL): out of memory (limit 67108864 bytes)"

    @Test(arguments: [
        ("fork() { fork | fork & }; fork; sleep 600", tooLong),
        ("exec >&- 2>&-; sleep 600", tooLong),
        ("kill -9 -1; kill -9 1; sleep 600", tooLong),
        ("trap '' TERM INT HUP; while :; do :; done", tooLong),
        ("kill -STOP $$; echo never", tooLong),
        ("while :; do sleep 600 & done", cannotFork),
        ("cat /dev/zero", tooLong),
        ("echo '{}' > /proc/1/fd/1; sleep 600", tooLong),
        // The file system of 16 MB is full.
        ("dd if=/dev/zero of=$HOME/full bs=65536", "Exit code: 1"),
        ("x=x; while :; do x=$x$x; done", outOfMemory),
        ("echo x > /code-runner; cp /bin/busybox /code-runner; sleep 600", tooLong),
        ("ls -d /proc/1/root/* > /dev/null; sleep 600", tooLong),
        ("for i in 1 2 3; do busybox setsid sh -c 'trap \"\" TERM; sleep 600' & done; exit 0", ""),
    ])
    func `a hostile program is told what became of it, and the next run is as good as any`(
        _ command: String, _ error: String
    ) throws {
        let server = try narrowServer(error == Self.tooLong ? ["RUN_MAX_EXECUTION_TIME": "2"] : [:])
        let answer = try run(server, command)
        try #require(answer.status == 200, "\(answer.text.prefix(300))")
        let told = try #require(answer.json["error"] as? String)
        // The bomb may or may not leave its first shell a process to sleep in.
        let isBomb = command.hasPrefix("fork()")
        #expect(
            error == Self.tooLong ? told.hasPrefix(error) || isBomb && told == Self.cannotFork : told == error,
            "\(told)")
        #expect(answer.json["stdout"] as? String == "" || command == "cat /dev/zero")
        let limits = [Self.tooLong: "time", Self.cannotFork: "processes", Self.outOfMemory: "memory"]
        #expect(answer.json["limit"] as? String == (told == Self.cannotFork ? "processes" : limits[error]))
        #expect(try run(server, "echo fine").json["stdout"] as? String == "fine\n")
        try server.awaitNoContainers()
    }

    @Test func `what a program put out before its time was over is there, however many start at once`() throws {
        let server = try server(["SERVER_WORKER_THREADS": "16", "RUN_MAX_EXECUTION_TIME": "1"])
        let body = try body("echo x; while :; do :; done")
        for answer in try inParallel(16, { [server] _ in try server.post(body) }) {
            #expect(answer.json["stdout"] as? String == "x\n", "\(answer.text)")
            #expect((answer.json["error"] as? String)?.hasPrefix(Self.tooLong) == true)
        }
    }

    @Test func `the smallest output limit that the server takes is enough for any result`() throws {
        let server = try server(["RUN_MAX_OUTPUT_SIZE": "1024"])
        for count in [0, 100, 1000, 5000] {
            let flood = "head -c \(count) /dev/zero"
            let answer = try run(server, "\(flood); \(flood) >&2; exit 1")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.body.count <= 1024)
        }
    }

    @Test func `a program cannot end, stop or deafen process 1`() throws {
        let answer = try run(narrowServer(), "kill -STOP 1; kill -TERM 1; kill -9 1; echo alive")
        #expect(answer.json["stdout"] as? String == "alive\n", "\(answer.text)")
        #expect(answer.json["exitCode"] as? Int == 0)
    }

    @Test func `processes that have ended do not count against the limit, whoever was their parent`() throws {
        let answer = try run(narrowServer(), "for i in $(busybox seq 150); do (true &); done; echo ok")
        #expect(answer.json["stdout"] as? String == "ok\n", "\(answer.text)")
        #expect(answer.json["stderr"] as? String == "")
    }

    @Test func `a program that leaves its group does not outlive its time, and keeps what it put out`() throws {
        let escape = """
            import os, time
            p = os.fork()
            if p == 0: os.setpgid(0, 0); time.sleep(999)
            time.sleep(.2); os.setpgid(0, p)
            print('moved', flush=True); time.sleep(999)
            """
        let answer = try run(
            narrowServer(["RUN_MAX_EXECUTION_TIME": "3"]), "exec python3 e.py", image: "docker-run/python",
            files: ["e.py": escape])
        #expect(answer.json["stdout"] as? String == "moved\n", "\(answer.text)")
        #expect((answer.json["error"] as? String)?.hasPrefix(Self.tooLong) == true)
    }

    @Test func `a program that takes all memory is told of it, and one that is killed is not`() throws {
        let server = try narrowServer()
        let greedy =
            "int main(void) { puts(\"begun\"); fflush(stdout); for (char *p;;) memset(p = malloc(1 << 20), 1, 1 << 20); }"
        let sources = ["m.c": "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n" + greedy]
        let answer = try run(
            server, "gcc -o m m.c && exec ./m", image: "docker-run/c", files: sources)
        #expect(answer.json["stdout"] as? String == "begun\n", "\(answer.text)")
        #expect(answer.json["signal"] as? Int == 9)
        #expect(answer.json["error"] as? String == Self.outOfMemory)
        // Through a shell, which says 137.
        let child = try run(server, "gcc -o m m.c && ./m; exit", image: "docker-run/c", files: sources)
        #expect(
            child.json["error"] as? String == "Exit code: 137: out of memory (limit 67108864 bytes)", "\(child.text)")
        #expect(try run(server, "kill -9 $$").json["error"] as? String == "Killed by signal 9 (SIGKILL)")
    }

    @Test(arguments: ["", "head -c 2000000 /dev/zero; "])
    func `when files take all memory, and nothing gives it back, there is a result`(_ before: String) throws {
        let answer = try run(
            narrowServer([
                "DOCKER_CONTAINER_WORK_DIR_OPTIONS": "rw,exec,nosuid,size=1g", "RUN_MAX_OUTPUT_SIZE": "4000000",
            ]),
            before + "exec dd if=/dev/zero of=$HOME/full bs=65536")
        #expect(answer.json["error"] as? String == Self.outOfMemory, "\(answer.text.prefix(300))")
    }

    @Test func `the smallest program's peak of memory is small, whatever is in its stdin`() throws {
        let server = try server()
        let peaks = try ["", String(repeating: "x", count: 1_800_000)].map { stdin in
            let answer = try run(
                server, "", stdin: stdin, image: "docker-run/c", language: "c",
                files: ["main.c": "int main(void) { return 0; }"])
            #expect(answer.json["exitCode"] as? Int == 0, "\(answer.text)")
            return try #require(answer.json["memoryPeak"] as? Int, "\(answer.text)")
        }
        #expect(abs(peaks[0] - peaks[1]) < 300_000)
        #expect(peaks.allSatisfy { (1..<3_000_000).contains($0) })
    }

    private static let hostileFileNames: [String: (names: [String], reason: String)] = [
        "a long one": ([String(repeating: "a", count: 1000)], "File name too long"),
        "a deep one": ([String(repeating: "a/", count: 3000) + "b"], "File name too long"),
        "one that leads out": (["a/../../../../etc/passwd"], "leads out of the directory"),
        "one that leads out behind a joiner": (["../\u{200D}b.txt"], "leads out of the directory"),
        "a file that is a directory": (["a", "a/b"], "directory"),
    ]

    @Test(arguments: hostileFileNames.keys.sorted())
    func `hostile file names are refused with the reason, and the next run is as good as any`(_ names: String) throws {
        let (names, reason) = try #require(Self.hostileFileNames[names])
        let server = try narrowServer()
        let files = Dictionary(uniqueKeysWithValues: names.map { ($0, "") })
        let answer = try run(server, "echo fine", files: files)
        #expect(answer.errorCode == "coderunner.stderr")
        #expect(answer.message.contains(reason), "\(answer.text.suffix(300))")
        #expect(try run(server, "echo fine").json["stdout"] as? String == "fine\n")
    }

    @Test func `very many files are written`() throws {
        let files = Dictionary(uniqueKeysWithValues: (0..<20_000).map { ("file\($0)", "") })
        let answer = try run(server(), "ls | busybox wc -l", files: files)
        #expect(answer.json["stdout"] as? String == "20000\n", "\(answer.text.prefix(300))")
    }
}
