internal import DockerRun
internal import Facades
internal import HTTP
internal import Metrics
internal import Synchronization

/// A route of a façade: has what a client sent translated, on a thread that may block, and the run done that comes of it.
struct FacadeEndpoint: Endpoint {
    let name: String
    let surroundings: ServedFacades.Surroundings
    let translate: @Sendable (FacadeRequest) throws(RunError) -> Translation

    func respond(to request: Request, _ responder: Responder) -> Answer {
        let turn = FacadeTurn()
        do throws(WorkerPool.Rejection) {
            let ticket = try surroundings.translators.submit { place in
                guard place == .work else { return responder.send(.shuttingDown) }
                answer(request, responder, turn)
            }
            return .later { if !surroundings.translators.withdraw(ticket) { turn.clientLeft() } }
        } catch {
            return error == .closed ? .now(.shuttingDown) : .refused(.overloaded)
        }
    }

    private func answer(_ request: Request, _ responder: Responder, _ turn: FacadeTurn) {
        do throws(RunError) {
            switch try translate(surroundings.request(request.headers, body: request.body.take())) {
            case .answer(var response, let errorCode):
                response.remarks.errorCode = errorCode
                responder.send(response)
            case .run(let run): submit(run, request, responder, turn)
            }
        } catch {
            responder.send(Response(error))
        }
    }

    private func submit(_ run: TranslatedRun, _ request: Request, _ responder: Responder, _ turn: FacadeTurn) {
        surroundings.runs.metrics.facadeRuns.increment(name)
        let events = run.event.map { text in
            EventAnswer(responder, surroundings.runs.streams) { Self.event($0, text) }
        }
        do throws(RunService.Rejection) {
            turn.begin(
                try surroundings.runs.submit(request, responder, events: events) { report in
                    let plain = Response(report)
                    return response(to: plain, report.result.mapError { _ in Fault(plain) }, run)
                } prepare: {
                    run.request
                })
        } catch {
            let plain = error == .closed ? Response.shuttingDown : .overloaded
            responder.send(response(to: plain, .failure(Fault(plain)), run))
        }
    }

    /// Under the one name that the specification of MCP has for all of them.
    private static func event(
        _ moment: EventAnswer.Moment, _ text: (RunEvent) -> [UInt8]?
    ) -> (name: String, data: [UInt8])? {
        switch moment {
        case .before(let event): text(event).map { ("message", $0) }
        case .answer(let body, _): ("message", Array(body))
        }
    }

    /// - Parameter plain: what `POST /run` would answer, which has what the log and the client are told beside.
    private func response(
        to plain: Response, _ outcome: Result<ArraySlice<UInt8>, Fault>, _ run: TranslatedRun
    ) -> Response {
        var answer = run.answer(outcome)
        for field in ["Server-Timing"] + (answer.status == plain.status ? ["Retry-After"] : []) {
            if let value = plain.headers[field] { answer.headers.append(field, value) }
        }
        answer.remarks.errorCode = plain.remarks.errorCode
        answer.remarks.logFields = [("facade", .text(name))] + plain.remarks.logFields
        return answer
    }
}

extension ServedFacades.Surroundings {
    func request(_ headers: Headers, body: [UInt8] = []) -> FacadeRequest {
        FacadeRequest(headers: headers, body: body, limits: limits) { [service = runs.service] () throws(RunError) in
            do throws(DockerError) {
                return try service.languages()
            } catch {
                throw .languages(error)
            }
        }
    }
}

extension Fault {
    /// - Parameter response: an error of ``Response/error(_:_:_:)``.
    init(_ response: Response) {
        let remarks = response.remarks
        self.init(status: response.status, code: remarks.errorCode ?? "", message: remarks.errorMessage ?? "")
    }
}

/// The run of a request, which has none yet while that is translated.
private final class FacadeTurn: Sendable {
    private struct State {
        var run: Run?
        var isLeft = false
    }

    private let state = Mutex(State())

    func begin(_ run: Run) {
        let isLeft = state.withLock { state in
            state.run = run
            return state.isLeft
        }
        if isLeft { run.cancel() }
    }

    func clientLeft() {
        let run = state.withLock { state in
            state.isLeft = true
            return state.run
        }
        run?.cancel()
    }
}
