/// The answer to `execute`.
struct PistonAnswer: Encodable {
    let language: String
    let version: String
    let compile: PistonStage?
    let run: PistonStage

    init(_ job: PistonJob.Verdict, _ result: ProgramResult) {
        (language, version) = (job.runtime.language, job.runtime.version)
        let build = result.build.map { PistonStage($0, cpuTime: job.cpuTimes.compile) }
        compile = build
        // A build that took too long has failed, whatever came of it.
        run = build.flatMap { $0.code.value == 0 ? nil : $0 } ?? PistonStage(result.run, cpuTime: job.cpuTimes.run)
    }

    /// A run that the server has ended without a result.
    init(_ job: PistonJob.Verdict, endedFor fault: Fault) {
        (language, version) = (job.runtime.language, job.runtime.version)
        compile = nil
        run = PistonStage(ProgramResult.Stage(endedFor: fault), cpuTime: nil)
    }
}

/// How the build, or the program, went.
struct PistonStage: Encodable {
    enum Status: String, Encodable {
        case exitCode = "RE"
        case signal = "SG"
        case time = "TO"
        case output = "OL"
    }

    private var stdout = ""
    private var stderr = ""
    private var output = ""
    private(set) var code = OrNull<Int>(nil)
    private(set) var signal = OrNull<String>(nil)
    private var message = OrNull<String>(nil)
    private var status = OrNull<Status>(nil)
    /// Milliseconds.
    private let cpuTime: OrNull<Double>
    private let wallTime: OrNull<Double>
    /// Bytes.
    private let memory: OrNull<Int>

    private enum CodingKeys: String, CodingKey {
        case stdout, stderr, output, code, signal, message, status
        case cpuTime = "cpu_time"
        case wallTime = "wall_time"
        case memory
    }

    /// - Parameter limit: milliseconds of CPU.
    init(_ stage: ProgramResult.Stage, cpuTime limit: Double?) {
        (stdout, stderr) = (stage.stdout, stage.stderr)
        output = stage.output ?? stage.stdout + stage.stderr
        (cpuTime, wallTime) = (OrNull(stage.cpuMilliseconds), OrNull(stage.milliseconds))
        memory = OrNull(stage.memoryPeak)
        if let limit, let used = stage.cpuMilliseconds, used > limit {
            end(.time, "SIGKILL", "Time limit exceeded")
        } else if stage.isTimeOver {
            end(.time, "SIGKILL", "Time limit exceeded (wall clock)")
        } else if let number = stage.signal {
            let message = stage.struck("memory") ? "Memory limit exceeded" : "Caught fatal signal \(number)"
            end(stage.struck("output") ? .output : .signal, SignalName.of(number), message)
        } else {
            code = OrNull(stage.status)
            if let status = stage.status, status != 0 { end(.exitCode, nil, "Exited with error status \(status)") }
            if stage.struck("output") { message = OrNull("output length exceeded: its middle is left out") }
        }
    }

    private mutating func end(_ status: Status, _ signal: String?, _ message: String) {
        (self.status, self.signal, self.message) = (OrNull(status), OrNull(signal), OrNull(message))
    }
}
