internal import Metrics

/// Counts answers, the errors among them, and connections.
struct RequestMetrics: Sendable {
    struct Answer: Hashable, Sendable, Comparable {
        /// The path of a route, or ``otherRoute``: what clients ask for must not become a label.
        let route: String
        let status: Int

        static func < (one: Answer, other: Answer) -> Bool {
            (one.route, one.status) < (other.route, other.status)
        }
    }

    static let otherRoute = "other"

    let answers = CounterFamily<Answer>()
    /// By the code that clients get.
    let errors = CounterFamily<String>()
    let connections = ConnectionMetrics()

    func count(route: String, status: Int, error: String?) {
        answers.increment(Answer(route: route, status: status))
        if let error { errors.increment(error) }
    }
}
