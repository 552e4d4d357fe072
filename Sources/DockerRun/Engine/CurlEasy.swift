internal import CCurl
internal import Glibc

/// `CURL *`, one transfer's handle.
struct CurlEasy: ~Copyable {
    let handle: UnsafeMutableRawPointer

    /// curl_global_init(3) must have returned before anything else of libcurl is called; a static is initialized once,
    /// whichever thread comes first.
    private static let isInitialized: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// With the options that every connection to the daemon shares.
    init(_ settings: DockerSettings) throws(DockerError) {
        guard Self.isInitialized, let handle = curl_easy_init() else {
            throw DockerError.transport("libcurl could not be initialized: out of memory")
        }
        self.handle = handle
        _ = curl_set_string(handle, CURLOPT_UNIX_SOCKET_PATH, settings.socketPath)
        // Without it libcurl uses SIGALRM for time limits, which no program with threads can bear.
        _ = curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        _ = curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, settings.writeTimeout * 1000)
        _ = curl_set_long(handle, CURLOPT_TIMEOUT_MS, settings.readTimeout * 1000)
        // A proxy from the environment is none of a unix socket's business.
        _ = curl_set_string(handle, CURLOPT_PROXY, "")
    }

    deinit { curl_easy_cleanup(handle) }

    /// What a call on this handle that ended with a code has met.
    func error(_ code: CURLcode, _ settings: DockerSettings) -> DockerError {
        switch code {
        case CURLE_COULDNT_CONNECT:
            .cannotConnect("cannot connect to the Docker daemon at \(settings.socketPath): \(reasonForNoConnection)")
        case CURLE_OPERATION_TIMEDOUT:
            .timedOut(
                "the Docker daemon did not answer within \(settings.readTimeout) s (DOCKER_UNIX_SOCKET_READ_TIMEOUT)")
        default: .transport(String(cString: curl_easy_strerror(code)))
        }
    }

    /// CURLINFO_OS_ERRNO(3) is that of connect(2), which never waits for a unix socket: see unix(7) for EAGAIN.
    private var reasonForNoConnection: String {
        var number = 0
        _ = curl_get_long(handle, CURLINFO_OS_ERRNO, &number)
        return switch Int32(number) {
        case ENOENT, ECONNREFUSED: "is it running?"
        case EACCES, EPERM: "this user may not use it"
        case EAGAIN: "it has more connections to accept than it can queue"
        default: "is it running, and may this user use it?"
        }
    }
}
