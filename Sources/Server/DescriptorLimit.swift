internal import Glibc

/// How many descriptors the process may open, getrlimit(2), and what of that is left for clients.
enum DescriptorLimit {
    private static let maximum: rlim_t = 65_536
    private static let minimumConnections = 64
    /// A connection of a client that sends most of a head, slowly, takes 30 KB: this many take 120 MB.
    private static let usualConnections = 4096
    /// A worker holds a connection to the daemon and an attach stream, and so does the reaper that clears up behind it;
    /// libcurl takes three descriptors for each of them, to be woken by. The rest is for containers in the reaper's queue.
    private static let perWorker = 16
    private static let perWaitingContainer = 4
    private static let other = 64

    /// Raises the soft limit as far as that makes sense.
    ///
    /// - Parameters:
    ///   - connections: those of clients that may be open at once; nil for the usual number, or as many as there can be.
    ///   - monitoringConnections: those that may be open beside the clients'.
    /// - Returns: how many client connections may be open at once.
    /// - Throws: ``Failure`` if there are too few descriptors for so many workers, waiting containers and connections.
    static func raise(
        workers: Int, waitingContainers: Int, connections: Int?, monitoringConnections: Int
    ) throws(Failure) -> Int {
        let own =
            workers * perWorker + waitingContainers * perWaitingContainer + monitoringConnections + other
        let needed = own + (connections ?? minimumConnections)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, max(maximum, rlim_t(needed))))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let available = Int(clamping: limit.rlim_cur)
        guard needed <= available else {
            throw Failure(
                "\(workers) workers (SERVER_WORKER_THREADS), \(waitingContainers) waiting containers (POOL_MAX_IDLE) and "
                    + "\(connections ?? minimumConnections) connections (SERVER_MAX_CONNECTIONS) need \(needed) "
                    + "descriptors, and this process may open \(available): raise its limit (ulimit -n, LimitNOFILE)")
        }
        return connections ?? min(available - own, usualConnections)
    }
}
