internal import Glibc

/// How many descriptors the process may open, getrlimit(2), and what of that is left for clients.
enum DescriptorLimit {
    private static let maximum: rlim_t = 65_536
    private static let minimumConnections = 64
    /// A worker holds a connection to the daemon and an attach stream, and so does the reaper that clears up behind it;
    /// libcurl takes three descriptors for each of them, to be woken by. The rest is for containers in the reaper's queue.
    private static let perWorker = 16
    private static let perWaitingContainer = 4
    private static let other = 64

    /// Raises the soft limit as far as that makes sense.
    ///
    /// - Parameter monitoringConnections: those that may be open beside the clients'.
    /// - Returns: how many client connections may be open at once.
    /// - Throws: ``Failure`` if there are too few descriptors for so many workers and waiting containers.
    static func raise(
        workers: Int, waitingContainers: Int, monitoringConnections: Int
    ) throws(Failure) -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, maximum))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let own =
            workers * perWorker + waitingContainers * perWaitingContainer + monitoringConnections + other
        let connections = Int(min(limit.rlim_cur, maximum)) - own
        guard connections >= minimumConnections else {
            throw Failure(
                "\(workers) workers (SERVER_WORKER_THREADS) and \(waitingContainers) waiting containers (POOL_MAX_IDLE) "
                    + "need \(own + minimumConnections) descriptors, and this process may open \(limit.rlim_cur): "
                    + "raise its limit (ulimit -n, LimitNOFILE)")
        }
        return connections
    }
}
