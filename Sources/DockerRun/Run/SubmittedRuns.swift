/// The runs of a service that wait or go on.
struct SubmittedRuns {
    var controls: [UInt64: RunControl] = [:]
    private var next: UInt64 = 0
    /// How many of them are interactive. A place is free as soon as its run has ended, whatever its worker has still to do.
    private(set) var interactiveCount = 0

    mutating func add(_ control: RunControl) -> UInt64 {
        defer { next += 1 }
        controls[next] = control
        return next
    }

    /// - Returns: false if there are as many interactive runs as may be.
    mutating func takePlace(of most: Int) -> Bool {
        guard interactiveCount < most else { return false }
        interactiveCount += 1
        return true
    }

    mutating func givePlaceBack() { interactiveCount -= 1 }
}
