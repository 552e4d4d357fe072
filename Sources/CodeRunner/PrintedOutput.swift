/// What a command prints, as it comes.
struct PrintedOutput {
    private(set) var stdout: BoundedOutput
    private(set) var stderr: BoundedOutput
    /// Both, in the order in which they were read, where that is wanted.
    private(set) var interleaved: BoundedOutput?
    /// What is to come on stdout, where that is known.
    private(set) var expected: ExpectedOutput?
    /// Who else is told of it.
    private let events: EventStream?

    /// - Parameter limit: bytes that are kept of each.
    init(limit: Int, interleaves: Bool, expected: ExpectedOutput? = nil, events: EventStream? = nil) {
        self.expected = expected
        self.events = events
        stdout = BoundedOutput(limit: limit)
        stderr = BoundedOutput(limit: limit)
        interleaved = interleaves ? BoundedOutput(limit: limit) : nil
    }

    mutating func append(stdout bytes: ArraySlice<UInt8>) {
        stdout.append(bytes)
        expected?.append(bytes)
        interleaved?.append(bytes)
        events?.add(bytes, to: .stdout)
    }

    mutating func append(stderr bytes: ArraySlice<UInt8>) {
        stderr.append(bytes)
        interleaved?.append(bytes)
        events?.add(bytes, to: .stderr)
    }

    /// Nothing more comes.
    func end() { events?.endOutputs() }

    /// Adds what a later command printed.
    mutating func append(_ later: PrintedOutput) {
        stdout.append(later.stdout)
        stderr.append(later.stderr)
        if let bytes = later.interleaved { interleaved?.append(bytes) }
    }

    /// One to three, in the order stdout, stderr, interleaved.
    var all: [BoundedOutput] { [stdout, stderr] + (interleaved.map { [$0] } ?? []) }
}
