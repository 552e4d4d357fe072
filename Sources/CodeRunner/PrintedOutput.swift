/// What a command prints, as it comes.
struct PrintedOutput {
    private(set) var stdout: BoundedOutput
    private(set) var stderr: BoundedOutput
    /// Both, in the order in which they were read, where that is wanted.
    private(set) var interleaved: BoundedOutput?
    /// What is to come on stdout, where that is known.
    private(set) var expected: ExpectedOutput?

    /// - Parameter limit: bytes that are kept of each.
    init(limit: Int, interleaves: Bool, expected: ExpectedOutput? = nil) {
        self.expected = expected
        stdout = BoundedOutput(limit: limit)
        stderr = BoundedOutput(limit: limit)
        interleaved = interleaves ? BoundedOutput(limit: limit) : nil
    }

    mutating func append(stdout bytes: ArraySlice<UInt8>) {
        stdout.append(bytes)
        expected?.append(bytes)
        interleaved?.append(bytes)
    }

    mutating func append(stderr bytes: ArraySlice<UInt8>) {
        stderr.append(bytes)
        interleaved?.append(bytes)
    }

    /// Adds what a later command printed.
    mutating func append(_ later: PrintedOutput) {
        stdout.append(later.stdout)
        stderr.append(later.stderr)
        if let bytes = later.interleaved { interleaved?.append(bytes) }
    }

    /// One to three, in the order stdout, stderr, interleaved.
    var all: [BoundedOutput] { [stdout, stderr] + (interleaved.map { [$0] } ?? []) }
}
