/// The answer to `execute`.
struct PistonAnswer: Encodable {
    let language: String
    let version: String
    let compile: PistonStage?
    let run: PistonStage

    init(_ job: PistonJob, _ result: ProgramResult) {
        (language, version) = (job.runtime.language, job.runtime.version)
        compile = result.build.map { PistonStage($0, cpuTime: job.cpuTimes.compile) }
        run =
            result.buildFailed
            ? compile ?? PistonStage(result.run, cpuTime: nil)
            : PistonStage(result.run, cpuTime: job.cpuTimes.run)
    }

    /// A run that the server has ended without a result.
    init(_ job: PistonJob, endedFor fault: Fault) {
        (language, version) = (job.runtime.language, job.runtime.version)
        compile = nil
        run = PistonStage(endedFor: fault)
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
    private(set) var code: Int?
    private(set) var signal: String?
    private var message: String?
    private var status: Status?
    /// Milliseconds.
    private var cpuTime: Double?
    private var wallTime: Double?
    /// Bytes.
    private var memory: Int?

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
        (cpuTime, wallTime, memory) = (stage.cpuMilliseconds, stage.milliseconds, stage.memoryPeak)
        if let limit, let cpuTime, cpuTime > limit {
            kill(.time, "Time limit exceeded")
        } else if stage.isTimeOver {
            kill(.time, "Time limit exceeded (wall clock)")
        } else if let number = stage.signal {
            (status, signal) = (.signal, SignalName.of(number))
            message = stage.struck("memory") ? "Memory limit exceeded" : "Caught fatal signal \(number)"
        } else {
            code = stage.status
            if let code, code != 0 { (status, message) = (.exitCode, "Exited with error status \(code)") }
            if stage.struck("output") { message = "output length exceeded: its middle is left out" }
        }
    }

    init(endedFor fault: Fault) {
        let isOutput = fault.code.utf8.elementsEqual("limits.read.size".utf8)
        let isTime = fault.code.utf8.elementsEqual("limits.execution_time".utf8)
        kill(isOutput ? .output : isTime ? .time : .signal, fault.message)
    }

    private mutating func kill(_ status: Status, _ message: String) {
        (self.status, self.message, signal, code) = (status, message, "SIGKILL", nil)
    }

    /// Members without a value are null.
    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(stdout, forKey: .stdout)
        try members.encode(stderr, forKey: .stderr)
        try members.encode(output, forKey: .output)
        try members.encode(code, forKey: .code)
        try members.encode(signal, forKey: .signal)
        try members.encode(message, forKey: .message)
        try members.encode(status, forKey: .status)
        try members.encode(cpuTime, forKey: .cpuTime)
        try members.encode(wallTime, forKey: .wallTime)
        try members.encode(memory, forKey: .memory)
    }
}
