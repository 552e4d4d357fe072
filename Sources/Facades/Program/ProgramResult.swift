internal import FoundationEssentials

/// What code-runner says of a program: see docs/api.md, "Results of code-runner". Runners of the original's images say no more
/// than stdout, stderr, error and duration.
struct ProgramResult: Decodable, Sendable {
    /// A command's, or that of all commands of a build.
    struct Stage: Decodable, Sendable {
        var stdout = ""
        var stderr = ""
        var output: String?
        var error: String?
        var exitCode: Int?
        var signal: Int?
        var limit: String?
        /// Nanoseconds.
        var duration: Double?
        var cpuTime: Double?
        /// Bytes.
        var memoryPeak: Int?
        var passed: Bool?
        var skipped: Bool?

        fileprivate enum CodingKeys: String, CodingKey {
            case stdout, stderr, output, error, exitCode, signal, limit, duration, cpuTime, memoryPeak, passed, skipped
        }

        /// Of a runner that says no exit code: 1 for a failure.
        var status: Int? { exitCode ?? (signal != nil || isTimeOver ? nil : (error ?? "").isEmpty ? 0 : 1) }
        var isTimeOver: Bool { struck("time") && exitCode == nil && signal == nil }
        func struck(_ name: String) -> Bool { limit.map { $0.utf8.elementsEqual(name.utf8) } ?? false }
        var isSuccess: Bool { status == 0 }
        var milliseconds: Double? { duration.map { $0 / 1e6 } }
        var cpuMilliseconds: Double? { cpuTime.map { $0 / 1e6 } }
    }

    struct File: Decodable, Sendable {
        var name: String
        var size: Int
        var content: String
        var encoding: String
    }

    struct OmittedFile: Codable, Sendable {
        var name: String
        var size: Int
        var reason: String
    }

    /// Of the run; of the build, if that failed.
    let run: Stage
    let build: Stage?
    let tests: [Stage]?
    let files: [File]
    let filesOmitted: [OmittedFile]
    let filesOmittedFurther: Int?
    let filesIncomplete: Bool?
    let notRestored: String?

    private enum CodingKeys: String, CodingKey {
        case build, tests, files, filesOmitted, filesOmittedFurther, filesIncomplete, notRestored
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        run = try Stage(from: decoder)
        build = try members.decodeIfPresent(Stage.self, forKey: .build)
        tests = try members.decodeIfPresent([Stage].self, forKey: .tests)
        files = try members.decodeIfPresent([File].self, forKey: .files) ?? []
        filesOmitted = try members.decodeIfPresent([OmittedFile].self, forKey: .filesOmitted) ?? []
        filesOmittedFurther = try members.decodeIfPresent(Int.self, forKey: .filesOmittedFurther)
        filesIncomplete = try members.decodeIfPresent(Bool.self, forKey: .filesIncomplete)
        notRestored = try members.decodeIfPresent(String.self, forKey: .notRestored)
    }

    /// - Throws: ``Fault``, if it is none.
    init(json: ArraySlice<UInt8>) throws(Fault) {
        do {
            self = try JSONDecoder().decode(ProgramResult.self, from: Data(json))
        } catch {
            throw Fault(
                status: 500, code: "coderunner.result",
                message: "The image's runner has printed something else than a result of code-runner")
        }
    }

    /// Whether there was a build that failed, so that nothing was run.
    var buildFailed: Bool { build.map { !$0.isSuccess } ?? false }
}

extension ProgramResult.Stage {
    /// Of a program that the server has ended for a limit, without a result.
    init(endedFor fault: Fault) {
        error = fault.message
        if fault.code.utf8.elementsEqual("limits.execution_time".utf8) {
            limit = "time"
        } else {
            limit = fault.code.utf8.elementsEqual("limits.memory".utf8) ? "memory" : "output"
            signal = 9
        }
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        stdout = try members.decodeIfPresent(String.self, forKey: .stdout) ?? ""
        stderr = try members.decodeIfPresent(String.self, forKey: .stderr) ?? ""
        output = try members.decodeIfPresent(String.self, forKey: .output)
        error = try members.decodeIfPresent(String.self, forKey: .error)
        exitCode = try members.decodeIfPresent(Int.self, forKey: .exitCode)
        signal = try members.decodeIfPresent(Int.self, forKey: .signal)
        limit = try members.decodeIfPresent(String.self, forKey: .limit)
        duration = try members.decodeIfPresent(Double.self, forKey: .duration)
        cpuTime = try members.decodeIfPresent(Double.self, forKey: .cpuTime)
        memoryPeak = try members.decodeIfPresent(Int.self, forKey: .memoryPeak)
        // Of all tests together it is a number.
        passed = try? members.decodeIfPresent(Bool.self, forKey: .passed)
        skipped = try members.decodeIfPresent(Bool.self, forKey: .skipped)
    }
}

extension String? {
    /// Nil for a text that is empty, too.
    var nonEmpty: String? { self.flatMap { $0.isEmpty ? nil : $0 } }
}
