internal import CCurl
internal import Glibc

/// One kept-alive connection to the Docker daemon, with at most one call on it at a time.
///
/// The call runs in a multi handle of its own, so that a thread can wait for its answer and for an ``DockerStream`` at
/// once, and so that another thread can end the wait (``wake()``).
///
/// `@unchecked Sendable`: ``DockerClient`` hands a connection to one caller at a time, and two who move a call on at once end
/// the process (``SoleUse``); only ``wake()`` may be called from elsewhere, and curl_multi_wakeup(3) is made for that.
final class DockerConnection: @unchecked Sendable {
    private let settings: DockerSettings
    private let multi: UnsafeMutableRawPointer
    private let easy: CurlEasy
    private let use = SoleUse()
    private let headers: UnsafeMutablePointer<curl_slist>?
    private let received: Received
    private let metrics: DockerCallMetrics
    /// The call in flight.
    private var call: (name: DockerCall.Name, began: ContinuousClock.Instant)?

    /// Where libcurl's callbacks leave what arrives. Owned by the connection, which outlives each call.
    private final class Received {
        var body: [UInt8] = []
        var headerSize = 0
        var overflowed = false
    }

    /// A daemon's answer is a few kilobytes; a list of thousands of containers is a few megabytes.
    private static let maximumAnswer = 16 << 20
    private static let maximumHeader = 64 << 10

    init(_ settings: DockerSettings, _ metrics: DockerCallMetrics) throws(DockerError) {
        easy = try CurlEasy(settings)
        guard let multi = curl_multi_init() else {
            throw DockerError.transport("libcurl could not be initialized: out of memory")
        }
        self.settings = settings
        self.metrics = metrics
        self.multi = multi
        received = Received()
        // "Expect:" stops libcurl from asking for leave to send a body, which costs a round trip.
        headers = curl_slist_append(curl_slist_append(nil, "Content-Type: application/json"), "Expect:")
        _ = curl_set_list(easy.handle, CURLOPT_HTTPHEADER, headers)
        installCallbacks()
    }

    deinit {
        abandon()
        curl_multi_cleanup(multi)
        curl_slist_free_all(headers)
    }

    /// Sends a call and waits for its answer, for as long as the read timeout allows.
    func perform(_ call: DockerCall) throws(DockerError) -> DockerAnswer {
        begin(call)
        return try awaitAnswer()
    }

    /// Waits for the answer of the call in flight, for as long as the read timeout allows.
    func awaitAnswer() throws(DockerError) -> DockerAnswer {
        while true {
            if let answer = try answer() { return answer }
            try wait(timeout: .seconds(1))
        }
    }

    /// Sends a call. ``answer()`` tells when it is done.
    func begin(_ call: DockerCall) {
        precondition(self.call == nil, "one call at a time")
        received.body = []
        received.headerSize = 0
        received.overflowed = false
        _ = curl_set_string(easy.handle, CURLOPT_URL, "http://docker" + call.path)
        switch call.method {
        case .get: _ = curl_set_long(easy.handle, CURLOPT_HTTPGET, 1)
        case .post, .delete:
            _ = curl_set_long(easy.handle, CURLOPT_POST, 1)
            _ = curl_set_body(easy.handle, call.body, curl_off_t(call.body.count))
        }
        _ = curl_set_string(easy.handle, CURLOPT_CUSTOMREQUEST, call.method.rawValue)
        curl_multi_add_handle(multi, easy.handle)
        self.call = (call.name, .now)
    }

    /// Moves the call on as far as it goes without waiting. Nil while the daemon has not answered.
    func answer() throws(DockerError) -> DockerAnswer? {
        use.begin()
        defer { use.end() }
        let call = call
        do throws(DockerError) {
            let answer = try finishedAnswer()
            if let answer, let call { metrics.answered(call.name, status: answer.status, after: .now - call.began) }
            return answer
        } catch {
            detach()
            if let call { metrics.failed(call.name, error) }
            throw error
        }
    }

    private func finishedAnswer() throws(DockerError) -> DockerAnswer? {
        var running: Int32 = 0
        let code = curl_multi_perform(multi, &running)
        guard code == CURLM_OK else { throw DockerError.transport(String(cString: curl_multi_strerror(code))) }
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let result = curl_message_result(message)
            detach()
            guard !received.overflowed else { throw DockerError.transport("the Docker daemon's answer is too long") }
            guard result == CURLE_OK else { throw error(result) }
            var status = 0
            _ = curl_get_long(easy.handle, CURLINFO_RESPONSE_CODE, &status)
            return DockerAnswer(status: status, body: received.body)
        }
        guard running > 0 else { throw DockerError.transport("libcurl has lost the call") }
        return nil
    }

    /// libcurl repeats a call by itself when a connection that was kept alive turns out dead. If there is nobody to
    /// connect to by then, the call was sent all the same, and the daemon may have acted on it.
    private func error(_ code: CURLcode) -> DockerError {
        var sent = 0
        // CURLINFO_REQUEST_SIZE(3): bytes of all requests that were issued, the first one included.
        guard code == CURLE_COULDNT_CONNECT, curl_get_long(easy.handle, CURLINFO_REQUEST_SIZE, &sent) == CURLE_OK,
            sent > 0
        else { return easy.error(code, settings) }
        return .transport("the Docker daemon closed the connection, and cannot be reached any more")
    }

    /// Gives up a call in flight, and with it the connection. What the daemon made of the call is not known.
    func abandon() {
        if let call { metrics.abandoned(call.name) }
        detach()
    }

    private func detach() {
        guard call != nil else { return }
        curl_multi_remove_handle(multi, easy.handle)
        call = nil
    }

    /// Returns when the call in flight can move on, when the stream is ready, when somebody calls ``wake()``, or when
    /// the time has passed; the caller looks which.
    func wait(
        for stream: DockerStream? = nil, reading: Bool = true, writing: Bool = false, timeout: Duration
    ) throws(DockerError) {
        let milliseconds = max(0, min(timeout.milliseconds.rounded(.up), 60_000))
        var code: CURLMcode
        if let descriptor = stream?.descriptor, reading || writing {
            let events = (reading ? CURL_WAIT_POLLIN : 0) | (writing ? CURL_WAIT_POLLOUT : 0)
            var extra = curl_waitfd(fd: descriptor, events: Int16(events), revents: 0)
            code = curl_multi_poll(multi, &extra, 1, Int32(milliseconds), nil)
        } else {
            code = curl_multi_poll(multi, nil, 0, Int32(milliseconds), nil)
        }
        guard code == CURLM_OK else { throw DockerError.transport(String(cString: curl_multi_strerror(code))) }
    }

    /// Ends a ``wait(for:reading:writing:timeout:)``, or the next one if none is going on. Any thread may call it.
    func wake() {
        curl_multi_wakeup(multi)
    }

    private func installCallbacks() {
        let context = Unmanaged.passUnretained(received).toOpaque()
        _ = curl_set_pointer(easy.handle, CURLOPT_WRITEDATA, context)
        _ = curl_set_pointer(easy.handle, CURLOPT_HEADERDATA, context)
        // CURLOPT_WRITEFUNCTION(3): any count but the given one ends the transfer with an error.
        _ = curl_set_function(easy.handle, CURLOPT_WRITEFUNCTION) { bytes, _, count, context in
            guard let bytes, let context else { return 0 }
            let received = Unmanaged<Received>.fromOpaque(context).takeUnretainedValue()
            guard received.body.count + count <= DockerConnection.maximumAnswer else {
                received.overflowed = true
                return 0
            }
            received.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
            return count
        }
        _ = curl_set_function(easy.handle, CURLOPT_HEADERFUNCTION) { _, _, count, context in
            guard let context else { return 0 }
            let received = Unmanaged<Received>.fromOpaque(context).takeUnretainedValue()
            received.headerSize += count
            received.overflowed = received.headerSize > DockerConnection.maximumHeader
            return received.overflowed ? 0 : count
        }
    }
}
