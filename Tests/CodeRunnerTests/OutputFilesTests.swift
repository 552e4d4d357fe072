import Foundation
import Testing

/// Files that come back with the result.
@Suite(.serialized) struct OutputFilesTests: RunsCodeRunner {
    private struct File: Decodable, Equatable {
        let name: String
        let size: Int
        var encoding: String?
        var content: String?
        var reason: String?
    }

    private func files(_ member: String, of outcome: CodeRunnerOutcome) throws -> [File] {
        let array = try #require(outcome.result[member], "\(outcome)")
        return try JSONDecoder().decode([File].self, from: JSONSerialization.data(withJSONObject: array))
    }

    private func run(_ command: String, outputs: [String], _ members: [String: Any] = [:], arguments: [String] = [])
        throws
        -> CodeRunnerOutcome
    {
        let payload: [String: Any] = ["language": "", "command": command, "files": [], "outputs": outputs]
        return try run(payload.merging(members) { $1 }, arguments: arguments)
    }

    private func names(_ outcome: CodeRunnerOutcome) throws -> [String] { try files("files", of: outcome).map(\.name) }

    @Test func `files come back, text as text and bytes in base64, in the order in which they were asked for`() throws {
        let outcome = try run(
            #"mkdir out; printf 'a\n' >out/b.csv; printf 'ä' >out/a.csv; printf '\377\0' >plot; : >empty; : >other"#,
            outputs: ["plot", "out/*.csv", "em?ty", "none", "no*ne/x"])
        #expect(
            try files("files", of: outcome) == [
                File(name: "plot", size: 2, encoding: "base64", content: "/wA="),
                File(name: "out/a.csv", size: 2, encoding: "utf8", content: "ä"),
                File(name: "out/b.csv", size: 2, encoding: "utf8", content: "a\n"),
                File(name: "empty", size: 0, encoding: "utf8", content: ""),
            ])
        #expect(try files("filesOmitted", of: outcome) == [])
        #expect(outcome.result["filesIncomplete"] == nil && outcome.result["filesOmittedFurther"] == nil)
    }

    @Test func `nothing is said of files that nobody asked for`() throws {
        let outcome = try run(bash: "touch a")
        #expect(outcome.result["files"] == nil && outcome.result["filesOmitted"] == nil)
    }

    @Test func `what comes back can be sent as it is, byte for byte`() throws {
        let made = try run(
            #"for i in $(seq 0 255); do printf "\\$(printf %o $i)"; done >bytes; printf 'a\0b' >"te'x t""#,
            outputs: ["*"])
        let payload: [String: Any] = [
            "language": "", "command": "cksum <bytes; od -c \"te'x t\"", "files": try #require(made.result["files"]),
        ]
        let again = try run(payload)
        let direct = try run(
            #"for i in $(seq 0 255); do printf "\\$(printf %o $i)"; done >bytes; printf 'a\0b' >"te'x t"; cksum <bytes; od -c "te'x t""#,
            outputs: [])
        #expect(again["stdout"] == direct["stdout"])
        #expect(again["stdout"]?.isEmpty == false)
    }

    @Test func `files come back after a failure and after the time is over, and from a build that fails`() throws {
        #expect(try names(run("echo x >a; exit 3", outputs: ["a"])) == ["a"])
        #expect(try names(run("echo x >a; exec sleep 600", outputs: ["a"], arguments: ["--max-time", "200"])) == ["a"])
        let build: [String: Any] = [
            "runInstructions": ["buildCommands": ["echo x >log; false"], "runCommand": "true"], "files": [],
            "outputs": ["log"],
        ]
        #expect(try names(run(build)) == ["log"])
    }

    @Test func `two stars stand for any directories, and what is hidden has to be named`() throws {
        let outcome = try run(
            "mkdir -p a/b .c; for d in . a a/b .c; do echo x >$d/f.txt; echo x >$d/.h; done",
            outputs: ["**/f.txt", ".c/*", "**/.h", "a/**", "*/.h"])
        #expect(try names(outcome) == ["a/b/f.txt", "a/f.txt", "f.txt", ".c/f.txt", ".h", "a/.h", "a/b/.h"])
    }

    @Test(arguments: ["../a", "/etc/passwd", "", "a/../../b"])
    func `a name that leads out is refused before anything is run`(_ name: String) throws {
        let outcome = try run("touch \(FileManager.default.temporaryDirectory.path())/never", outputs: [name])
        #expect(outcome.status == 1)
        #expect(outcome.stderr.hasPrefix("code-runner: "))
        #expect(outcome.stderr.contains("outputs"))
    }

    // MARK: Hostile trees

    @Test func `links are not followed, be they at the end or on the way, and nothing is waited for`() throws {
        let outcome = try run(
            """
            ln -s /etc/passwd link; ln -s /etc etc; mkdir d; ln -s /proc/self self; mkfifo fifo; ln -s . loop
            echo x >d/f; ln d/f hard; perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "sock", Listen => 1)'
            """, outputs: ["link", "etc/passwd", "self/environ", "fifo", "sock", "loop/**/f", "**/f", "hard", "d"])
        #expect(try names(outcome) == ["d/f", "hard"])
        let omitted = try files("filesOmitted", of: outcome)
        #expect(omitted.map(\.name) == ["link", "fifo", "sock"])
        #expect(omitted.allSatisfy { $0.reason == "unreadable" })
    }

    @Test func `a file that is too large is named and not read`() throws {
        let outcome = try run("truncate -s 10G big; head -c 900000 /dev/zero >zeros; echo x >small", outputs: ["*"])
        #expect(try names(outcome) == ["small"])
        #expect(
            try files("filesOmitted", of: outcome).sorted { $0.name < $1.name } == [
                File(name: "big", size: 10 << 30, reason: "size"), File(name: "zeros", size: 900_000, reason: "size"),
            ])
    }

    @Test(arguments: [1024, 1500, 3000, 20_000])
    func `a result with files fits the limit, and texts come first`(_ limit: Int) throws {
        let outcome = try run(
            """
            for i in $(seq 100); do printf "%0${i}d" 0 >"$i\u{1}"; done; head -c 100000 /dev/zero | tr '\\0' x; head -c 2000 /dev/zero >&2
            """, outputs: ["*"], arguments: ["--max-output", "\(limit)"])
        #expect(outcome.stdout.utf8.count <= limit)
        let returned = try files("files", of: outcome).count
        let omitted = try files("filesOmitted", of: outcome)
        #expect(omitted.count <= 32)
        #expect(returned + omitted.count + (outcome.result["filesOmittedFurther"] as? Int ?? 0) == 100)
        #expect(outcome.result["limit"] as? String == "output")
    }

    @Test func `no more than thirty-two files come back, and no more are named`() throws {
        let outcome = try run("for i in $(seq 100 199); do echo $i >$i; done", outputs: ["150", "*"])
        let returned = try names(outcome)
        #expect(returned == ["150"] + (100..<131).map { "\($0)" })
        let omitted = try files("filesOmitted", of: outcome)
        #expect(omitted.count == 32 && omitted.allSatisfy { $0.reason == "count" })
        #expect(outcome.result["filesOmittedFurther"] as? Int == 36)
    }

    @Test func `a tree without end is looked at only in part, and the result says so`() throws {
        let many = try run(
            "mkdir m; cd m; seq 20000 | xargs touch; cd ..; echo x >z", outputs: ["z", "m/*9999", "z*"])
        #expect(many.result["filesIncomplete"] as? Bool == true)
        #expect(try names(many).first == "z")
        let deep = try run(
            "perl -e 'for (1..300) { mkdir \"d\"; chdir \"d\" } open(F, \">f\")'; echo x >g", outputs: ["**/f", "g"])
        #expect(deep.result["filesIncomplete"] as? Bool == true)
        #expect(try names(deep) == ["g"])
    }

    @Test func `a name that is no text is left out`() throws {
        let outcome = try run(#"bash -c 'echo x >$'"'"'a\xff'"'"'; echo x >b'"#, outputs: ["*"])
        #expect(try names(outcome) == ["b"])
        #expect(try files("filesOmitted", of: outcome).map(\.name) == ["a\u{FFFD}"])
    }

    @Test func `long names are kept of as many files as are named, and the others only counted`() throws {
        let name = String(repeating: "n", count: 250)
        let outcome = try run(
            "for i in $(seq 14); do mkdir \(name); cd \(name); done; seq 5000 | xargs touch", outputs: ["**"])
        let (returned, omitted) = (try names(outcome).count, try files("filesOmitted", of: outcome).count)
        #expect(returned == 32 && omitted == 32)
        #expect(outcome.result["filesOmittedFurther"] as? Int == 5000 - 64)
    }

    @Test func `a directory that cannot be looked into is not taken for an empty one`() throws {
        #expect(try names(run("mkdir d; echo x >d/f; chmod 600 d", outputs: ["*/f"])) == ["d/f"])
        let gone = try run("d=$PWD; cd /; rm -r \"$d\"", outputs: ["*"])
        #expect(gone.result["filesIncomplete"] as? Bool == true)
    }

    @Test func `what its owner has made unreadable comes back all the same`() throws {
        #expect(try names(run("mkdir d; echo x >d/f; chmod 0 d/f d", outputs: ["d/*"])) == ["d/f"])
    }
}
