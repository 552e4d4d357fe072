import Foundation

/// What a code-runner has printed.
struct CodeRunnerOutcome {
    let status: Int32
    let stdout: String
    let stderr: String
    let result: [String: Any]

    subscript(field: String) -> String? { result[field] as? String }
}

/// Tests that start the executable, as an image does.
protocol RunsCodeRunner {}

extension RunsCodeRunner {
    func run(
        _ payload: Any, arguments: [String] = [], path: String? = nil, in workingDirectory: URL? = nil,
        environment: [String: String] = [:]
    ) throws -> CodeRunnerOutcome {
        let runner = try CodeRunnerProcess(path: path, in: workingDirectory, environment: environment) { _ in arguments
        }
        let data = try payload as? Data ?? JSONSerialization.data(withJSONObject: payload)
        // It may end without a look at its input.
        Thread.detachNewThread { [writer = runner.input.fileHandleForWriting] in
            try? writer.write(contentsOf: data)
            try? writer.close()
        }
        let (stdout, stderr) = runner.awaitEnd()
        return CodeRunnerOutcome(
            status: runner.process.terminationStatus, stdout: String(decoding: stdout, as: UTF8.self),
            stderr: String(decoding: stderr, as: UTF8.self),
            result: (try? JSONSerialization.jsonObject(with: stdout)) as? [String: Any] ?? [:])
    }

    func run(
        bash script: String, stdin: String? = nil, arguments: [String] = []
    ) throws -> CodeRunnerOutcome {
        var payload: [String: Any] = ["language": "bash", "files": [["name": "main.sh", "content": script]]]
        payload["stdin"] = stdin
        return try run(payload, arguments: arguments)
    }

    /// Version 2 of the payload.
    func run(build: [String], run command: String, arguments: [String] = []) throws -> CodeRunnerOutcome {
        let payload: [String: Any] = [
            "runInstructions": ["buildCommands": build, "runCommand": command], "files": [[String: String]](),
        ]
        return try run(payload, arguments: arguments)
    }
}
