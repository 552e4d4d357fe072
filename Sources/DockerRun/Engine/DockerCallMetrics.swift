public import Metrics
internal import Synchronization

/// How long the daemon takes for its answers, and how often it gives none or a bad one. Any thread may call it.
public final class DockerCallMetrics: Sendable {
    /// Why a call has failed.
    public enum Reason: String, Sendable, CaseIterable {
        /// Nobody answers at the socket.
        case unreachable
        case timeout
        /// A status of 4xx: the call was at fault, most often because there is no such image, or no such container any more.
        case refused
        /// A status of 5xx: the daemon was at fault.
        case failed
        /// The connection broke, or what came over it is not the protocol.
        case transport
        /// Nobody waited for the answer any more: the run's time was over, or its client gone.
        case abandoned
    }

    public struct Failure: Hashable, Sendable {
        public let call: DockerCall.Name
        public let reason: Reason

        public init(_ call: DockerCall.Name, _ reason: Reason) {
            self.call = call
            self.reason = reason
        }
    }

    /// From a call to its answer, whatever that is.
    public let durations = Dictionary(uniqueKeysWithValues: DockerCall.Name.allCases.map { ($0, Histogram()) })
    public let failures = CounterFamily<Failure>()
    private let warningCount = Atomic(0)

    public init() {}

    /// An answer has come.
    func answered(_ call: DockerCall.Name, status: Int, after duration: Duration) {
        durations[call]?.observe(duration)
        if status >= 400 { failures.increment(Failure(call, Self.reason(status))) }
    }

    /// Remarks that came with containers the daemon created or updated.
    public var warnings: Int { warningCount.load(ordering: .relaxed) }

    func warned(_ count: Int) {
        warningCount.wrappingAdd(count, ordering: .relaxed)
    }

    func failed(_ call: DockerCall.Name, _ error: DockerError) {
        failures.increment(Failure(call, Self.reason(error)))
    }

    func abandoned(_ call: DockerCall.Name) {
        failures.increment(Failure(call, .abandoned))
    }

    private static func reason(_ error: DockerError) -> Reason {
        switch error {
        case .cannotConnect: .unreachable
        case .timedOut: .timeout
        case .refused(let status, _): reason(status)
        case .transport, .unsuitable: .transport
        }
    }

    private static func reason(_ status: Int) -> Reason { status < 500 ? .refused : .failed }
}
