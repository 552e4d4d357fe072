internal import DockerRun

/// `POST /run`: has a worker run the payload. The only place where a run's error becomes an HTTP status.
struct RunEndpoint: Endpoint {
    let runner: Runner
    let workers: WorkerPool
    let runs: RunRegistry
    let metrics: RunMetrics
    let settings: RunSettings

    func respond(to request: HTTPRequest, _ responder: Responder) -> Answer {
        if let refusal = Self.refusal(of: request.head.contentType) { return .now(refusal) }
        let run = runs.begin()
        do throws(WorkerPool.Rejection) {
            let ticket = try workers.submit { turn in
                guard turn == .work else {
                    runs.end(run)
                    return responder.send(.shuttingDown)
                }
                work(on: run, request, responder)
            }
            return .later {
                run.cancellation.cancel()
                if workers.withdraw(ticket) { runs.end(run) }
            }
        } catch {
            runs.end(run)
            return error == .closed ? .now(.shuttingDown) : .refused(.overloaded)
        }
    }

    /// On a worker: a large body takes longer to read than the event loop has.
    private func work(on run: RunRegistry.Run, _ request: HTTPRequest, _ responder: Responder) {
        let queued = ContinuousClock.now - request.began
        let runRequest: RunRequest
        do throws(Refused) { runRequest = try read(request.body) } catch {
            runs.end(run)
            return responder.send(error.response)
        }
        // The client may have left meanwhile, or the server have been told to stop.
        guard !run.cancellation.isCancelled else {
            runs.end(run)
            return responder.send(.shuttingDown)
        }
        runner.run(runRequest, id: request.id, cancellation: run.cancellation) { report in
            runs.end(run)
            metrics.observe(report.timings, queued: queued, total: ContinuousClock.now - request.began)
            responder.send(response(to: runRequest, report, queued: queued))
        }
    }

    private struct Refused: Error {
        let response: HTTPResponse
    }

    private func read(_ body: RequestBody) throws(Refused) -> RunRequest {
        let request: RunRequest
        do { request = try RunRequest(body: body.take()) } catch {
            throw Refused(response: .error(400, "request.body", "\(error)"))
        }
        guard request.runner == .image || settings.builtinRunnerPath != nil else {
            let message = "\"runner\": \"builtin\" is not to be had here: the server has no RUN_BUILTIN_RUNNER_PATH"
            throw Refused(response: .error(400, "request.body", message))
        }
        guard settings.allowedImages?.contains(where: { $0.allows(request.image) }) ?? true else {
            let message = "The image \(request.image) is not among those that may be run"
            throw Refused(response: .error(403, "image.not_allowed", message))
        }
        return request
    }

    /// application/json, text/json, or a type with the suffix +json (RFC 6839), in UTF-8.
    private static func refusal(of contentType: String?) -> HTTPResponse? {
        guard let contentType else { return nil }
        let type = MediaType(contentType)
        guard type.isJSON else {
            return .error(400, "request.body", "The Content-Type must be JSON, such as application/json")
        }
        guard type.isUTF8 else {
            let message = "The charset of the Content-Type is \(type.charset ?? ""); the body must be in UTF-8"
            return .error(400, "request.body", message)
        }
        return nil
    }

    private func response(to request: RunRequest, _ report: RunReport, queued: Duration) -> HTTPResponse {
        var response =
            switch report.result {
            case .success(let object): HTTPResponse(status: 200, body: object)
            case .failure(.cancelled): HTTPResponse.shuttingDown
            case .failure(let error): HTTPResponse.error(Self.status(of: error), error.code, "\(error)")
            }
        let times: [(String, Duration?)] = [
            ("queue", queued), ("retry", report.timings.retry), ("create", report.timings.create),
            ("start", report.timings.start), ("run", report.timings.run), ("check", report.timings.check),
        ]
        let temperature = report.timings.isWarm ? "warm" : "cold"
        response.logFields.append(("image", .text(request.image)))
        if let container = report.container { response.logFields.append(("container", .text(container))) }
        response.logFields.append(("start", .text(temperature)))
        var serverTiming = [temperature]
        for case (let name, let duration?) in times {
            serverTiming.append("\(name);dur=\(duration.roundedMilliseconds)")
            response.logFields.append(("\(name)_ms", .milliseconds(duration)))
        }
        // https://www.w3.org/TR/server-timing/: durations are in milliseconds.
        response.headers.append(("Server-Timing", serverTiming.joined(separator: ", ")))
        return response
    }

    static func status(of error: RunError) -> Int {
        switch error {
        case .create(let reason): reason.blamesTheImage ? 400 : 500
        case .payload, .executionTime, .outputSize, .memory: 400
        case .connect, .start, .attach, .stream, .stdin, .stderr, .stdout: 500
        case .cancelled: 503
        }
    }
}

extension HTTPResponse {
    static let overloaded = {
        var response = error(
            503, "server.overloaded", "All workers are busy and the queue is full (SERVER_QUEUE_SIZE); try again later")
        response.headers.append(("Retry-After", "1"))
        return response
    }()
}
