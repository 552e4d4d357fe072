/// Passes on what happens in a container. What a warm one says is held back until it is known to be of the right image,
/// for if it is not, another one does it all again. No more is held back than a run may put out.
struct RunEventRelay {
    private let observe: RunObserver
    private var held: [RunEvent] = []
    private var isHolding = true

    init(_ observe: @escaping RunObserver) {
        self.observe = observe
    }

    mutating func tell(_ events: [RunnerEvent]) {
        for event in events.lazy.map(RunEvent.runner) {
            if isHolding { held.append(event) } else { observe(event) }
        }
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
