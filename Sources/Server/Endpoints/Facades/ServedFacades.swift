internal import Bytes
internal import DockerRun
internal import Facades
internal import HTTP

/// The façades of this server: their routes, who may ask there, and errors in their words.
struct ServedFacades: Sendable {
    private let all: [(facade: any Facade, isOpen: Bool)]
    private let access: Access
    private let foreignPages: ForeignPages
    private let surroundings: Surroundings

    /// What the routes need of the server.
    struct Surroundings: Sendable {
        let runs: AnsweredRuns
        let dialogues: Dialogue.Surroundings?
        let limits: FacadeLimits
        /// Translates what was sent; the Engine may have to be asked for its languages.
        let translators: WorkerPool
    }

    init(_ settings: FacadeSettings, _ access: Access, _ foreignPages: ForeignPages, _ surroundings: Surroundings) {
        all = settings.served.map { name in
            let facade: any Facade =
                switch name {
                case .mcp: MCP(version: serverVersion)
                case .piston: Piston(isStrict: settings.hasStrictVersions)
                case .sandboxfusion: SandboxFusion()
                }
            return (facade, settings.open.contains(name))
        }
        self.access = access
        self.foreignPages = foreignPages
        self.surroundings = surroundings
    }

    // MARK: Routes

    var routes: [Route] {
        all.flatMap { facade, isOpen in
            facade.routes.flatMap { route in
                [route.path, route.path + "/"].map { self.route($0, route.answer, facade, isOpen: isOpen) }
            }
        }
    }

    private func route(_ path: String, _ answer: FacadeRoute.Answer, _ facade: any Facade, isOpen: Bool) -> Route {
        let name = type(of: facade).name
        switch answer {
        case .posted(let translate):
            return Route(
                .post, PathPattern(path), givesWay: isOpen, maximumBodySize: access.maxBodySize,
                admit: { refusal(of: $0, facade, isOpen: isOpen) ?? Self.refusalOfType(of: $0) },
                FacadeEndpoint(name: name, surroundings: surroundings, translate: translate))
        case .got(let answer):
            return Route(
                .get, PathPattern(path), givesWay: isOpen, maximumBodySize: access.maxBodySize,
                admit: { refusal(of: $0, facade, isOpen: isOpen) },
                FacadeEndpoint(name: name, surroundings: surroundings) { request throws(RunError) in
                    .answer(try answer(request))
                })
        case .dialogue(let begin):
            return Route(
                .get, PathPattern(path), givesWay: true, maximumBodySize: access.maxBodySize, upgrade: "websocket",
                admit: { head in
                    surroundings.dialogues == nil ? .noInteractiveRuns : refusal(of: head, facade, isOpen: isOpen)
                },
                FacadeDialogueEndpoint(
                    surroundings: surroundings, hasToken: { standing(of: $0, facade) == .good }, begin: begin))
        }
    }

    // MARK: Who may ask

    private func refusal(of head: RequestHead, _ facade: any Facade, isOpen: Bool) -> Response? {
        if type(of: facade).refusesForeignPages, let refusal = foreignPages.refusalOfOrigin(head) { return refusal }
        return switch standing(of: head, facade) {
        case .good: nil
        case .wrong, .missing: isOpen ? foreignPages.refusal(of: head) : Access.unauthorized
        }
    }

    private func standing(of head: RequestHead, _ facade: any Facade) -> Access.Standing {
        access.standing(of: head, takesBareToken: type(of: facade).takesBareToken)
    }

    /// A page of anybody may have its visitor's browser send a form, or text, without asking first.
    private static func refusalOfType(of head: RequestHead) -> Response? {
        guard MediaType(head.headers["Content-Type"] ?? "").isJSON else {
            return .error(415, "request.content_type", "requests must be of type application/json")
        }
        return nil
    }

    // MARK: Their words

    /// Puts an error, whoever has made it, into the words of the façade that the path belongs to.
    func complete(_ response: inout Response, _ head: RequestHead) {
        let remarks = response.remarks
        guard let code = remarks.errorCode, let message = remarks.errorMessage,
            let facade = all.first(where: { Self.has(type(of: $0.facade).paths, head.path) })?.facade
        else { return }
        let said = facade.response(to: Fault(status: response.status, code: code, message: message))
        (response.status, response.body) = (said.status, said.body)
    }

    private static func has(_ paths: [String], _ path: String) -> Bool {
        paths.contains { path.utf8.elementsEqual($0.utf8) || path.utf8.starts(with: "\($0)/".utf8) }
    }
}
