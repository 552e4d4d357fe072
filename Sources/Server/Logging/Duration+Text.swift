internal import DockerRun

extension Duration {
    var seconds: Double { milliseconds / 1000 }

    /// Milliseconds with three digits after the point.
    var roundedMilliseconds: String {
        let microseconds = Int((milliseconds * 1000).rounded())
        let fraction = String(microseconds % 1000)
        return "\(microseconds / 1000)." + String(repeating: "0", count: 3 - fraction.utf8.count) + fraction
    }
}
