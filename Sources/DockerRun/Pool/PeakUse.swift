/// The largest of the numbers that were recorded within a stretch of time.
struct PeakUse {
    typealias Instant = ContinuousClock.Instant

    /// Later ones are smaller: a number is no longer of interest once a larger one came after it.
    private var records: [(time: Instant, count: Int)] = []

    mutating func record(_ count: Int, at time: Instant) {
        records.removeAll { $0.count <= count }
        records.append((time, count))
    }

    /// Forgets what is older.
    mutating func maximum(since start: Instant) -> Int {
        records.removeAll { $0.time < start }
        return records.first?.count ?? 0
    }

    /// When the maximum was recorded, which is when it will be the first to be forgotten.
    var time: Instant? { records.first?.time }
}
