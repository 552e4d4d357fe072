internal import CCurl

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
        _ = curl_set_string(handle, CURLOPT_NOPROXY, "*")
    }

    deinit { curl_easy_cleanup(handle) }

    /// What a call on this handle that ended with a code has met.
    func error(_ code: CURLcode, _ settings: DockerSettings) -> DockerError {
        switch code {
        case CURLE_COULDNT_CONNECT: .cannotConnect(to: settings.socketPath, connectError)
        case CURLE_OPERATION_TIMEDOUT: .timedOut(settings)
        default: .transport(String(cString: curl_easy_strerror(code)))
        }
    }

    /// CURLINFO_OS_ERRNO(3) is that of connect(2), which never waits for a unix socket: see unix(7) for EAGAIN.
    private var connectError: Int32 {
        var number = 0
        _ = curl_get_long(handle, CURLINFO_OS_ERRNO, &number)
        return Int32(number)
    }
}
