/// Passes on what happens in a container. What a warm one prints is held back until it is known to be of the right image,
/// for if it is not, another one does it all again. No more is held back than a run may put out.
struct RunEventRelay {
    private let observesOutput: Bool
    private let observe: RunObserver
    private var held: [RunEvent] = []
    private var isHolding = true

    init(_ request: RunRequest, _ observe: @escaping RunObserver) {
        observesOutput = request.observesOutput
        self.observe = observe
    }

    mutating func printed(_ stream: FrameDecoder.Stream, _ bytes: UnsafeRawBufferPointer) {
        guard observesOutput, let stream = RunEvent.Stream(stream), !bytes.isEmpty else { return }
        let event = RunEvent.output(stream, Array(bytes))
        if isHolding { held.append(event) } else { observe(event) }
    }

    /// The container works, and what it prints counts.
    mutating func start(_ container: String, isWarm: Bool) {
        guard isHolding else { return }
        isHolding = false
        observe(.started(container: container, isWarm: isWarm))
        for event in held { observe(event) }
        held = []
    }
}

extension RunEvent.Stream {
    fileprivate init?(_ stream: FrameDecoder.Stream) {
        switch stream {
        case .stdout: self = .stdout
        case .stderr: self = .stderr
        case .stdin, .daemon: return nil
        }
    }
}
