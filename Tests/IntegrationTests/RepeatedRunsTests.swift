import Foundation
import Testing

/// Tests in a payload: what one leaves in its container is not there for the next.
extension IntegrationTests.BuiltinRunner {
    private func runTests(
        _ server: ServerUnderTest, build: [String] = [], _ scripts: [String], image: String = "docker-run-test/deaf"
    ) throws -> (answer: TestClient.Response, outputs: [String]) {
        let request: [String: Any] = [
            "image": image, "runner": "builtin",
            "payload": [
                "runInstructions": ["buildCommands": build, "runCommand": "sh"], "files": [],
                "tests": scripts.map { ["stdin": $0] },
            ],
        ]
        let answer = try server.post(
            String(decoding: try JSONSerialization.data(withJSONObject: request), as: UTF8.self))
        let tests = try #require(answer.json["tests"] as? [[String: Any]], "\(answer.text)")
        return (answer, tests.map { "\($0["stdout"] ?? $0)" })
    }

    private static let containers: [[String: String]] = [
        [:], ["DOCKER_CONTAINER_WORK_DIR_PATH": "/box"],
        [
            "DOCKER_CONTAINER_WORK_DIR_PATH": "/box", "DOCKER_CONTAINER_TMP_DIR_PATH": "/tmp",
            "DOCKER_CONTAINER_READONLY_ROOTFS": "true", "DOCKER_CONTAINER_USER": "4711:4711",
            "DOCKER_CONTAINER_CAP_DROP": "ALL",
        ],
    ]

    @Test(arguments: containers)
    func `what a test leaves in directories for temporary files is gone, and what the build left is there`(
        _ settings: [String: String]
    ) throws {
        let places = "/tmp /dev/shm $TMPDIR ."
        let look = "for d in \(places); do echo $d:; ls $d; cat $d/b $d/d/b; done"
        let (answer, outputs) = try runTests(
            server(settings),
            build: ["for d in \(places); do mkdir -p $d/d; echo built >$d/b; echo built >$d/d/b; done"],
            [
                look,
                "for d in \(places); do echo x >$d/b; rm -r $d/d; echo x >$d/n; ln -s / $d/.l; mkfifo $d/p; done; echo left",
                look, "cd /; rm -rf /tmp/* /dev/shm/* $TMPDIR; mv \"$OLDPWD\" \"$OLDPWD-moved\"; echo gone", look,
            ])
        #expect(outputs[0].contains("built"))
        #expect(outputs[1] == "left\n" && outputs[3] == "gone\n", "\(answer.text)")
        #expect(outputs[2] == outputs[0] && outputs[4] == outputs[0])
        #expect(answer.json["notRestored"] == nil, "\(answer.text)")
    }

    @Test(arguments: containers)
    func `a program cannot come to what is put back, nor to what is expected`(_ settings: [String: String]) throws {
        let (answer, outputs) = try runTests(
            server(settings), build: ["echo right >answers"],
            [
                "for f in /proc/[0-9]*/fd/*; do echo wrong >$f; done; grep -c . /proc/1/environ /proc/1/mem; echo tried",
                "cat answers",
            ])
        #expect(outputs[0].hasSuffix("tried\n") && outputs[1] == "right\n", "\(answer.text)")
    }

    @Test func `processes of a test are gone before the next, in whatever session they are`() throws {
        let (answer, outputs) = try runTests(
            server(),
            [
                "for i in 1 2 3; do busybox setsid sh -c 'trap \"\" TERM HUP; while :; do echo x >>f; done' & done; until [ -s f ]; do :; done",
                "ps | grep -c '[t]rap'; ls",
            ])
        #expect(outputs[1] == "0\n", "\(answer.text)")
    }

    @Test func `the copy is kept in memory where there is no room for it on a disk`() throws {
        let server = try server([
            "DOCKER_CONTAINER_WORK_DIR_PATH": "/box", "DOCKER_CONTAINER_WORK_DIR_OPTIONS": "rw,exec,nosuid,size=10m",
            "DOCKER_CONTAINER_READONLY_ROOTFS": "true",
        ])
        let (answer, outputs) = try runTests(
            server, build: ["head -c 6000000 /dev/zero | tr '\\0' a >kept"],
            ["echo b >kept; echo changed", "head -c 3 kept; wc -c <kept"])
        #expect(outputs == ["changed\n", "aaa6000000\n"], "\(answer.text)")
        #expect(answer.json["notRestored"] == nil)
    }

    @Test func `a copy that would need more memory than the container has is not made, and the result says so`() throws
    {
        let server = try server([
            "DOCKER_CONTAINER_WORK_DIR_PATH": "/box", "DOCKER_CONTAINER_WORK_DIR_OPTIONS": "rw,exec,nosuid,size=50m",
            "DOCKER_CONTAINER_READONLY_ROOTFS": "true", "DOCKER_CONTAINER_MEMORY": "67108864",
        ])
        let (answer, outputs) = try runTests(
            server, build: ["head -c 40000000 /dev/zero >kept"], ["echo 1 >>n; wc -l <n", "echo 2 >>n; wc -l <n"])
        #expect(outputs == ["1\n", "2\n"], "\(answer.text)")
        #expect(answer.json["notRestored"] as? String == "there is no room for a copy of the directory")
    }
}
