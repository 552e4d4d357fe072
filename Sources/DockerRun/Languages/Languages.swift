internal import Dispatch
internal import Synchronization

/// The languages that there are now. Any thread may ask; the Engine is asked only when somebody does, since some are
/// slow to list images.
final class Languages: Sendable {
    private struct State {
        var catalog: LanguageCatalog?
        /// Counts the changes that were heard of.
        var generation = 0
        /// Of the catalog.
        var looked: (generation: Int, at: ContinuousClock.Instant)?
    }

    private let docker: DockerClient
    private let settings: RunSettings
    private let state = Mutex(State())

    /// How old a catalog is before a name that it has not is looked for again: some builders tag images and tell nobody.
    private static let patience = Duration.seconds(5)

    init(_ settings: RunSettings, docker: DockerClient) {
        self.settings = settings
        self.docker = docker
    }

    /// Asks the Engine now, on a thread of its own, so that nobody's run has to wait for that.
    func prepare() {
        ThreadShare.service.queue("languages").async { [self] in _ = try? current() }
    }

    /// The images may have changed.
    func imagesMayHaveChanged() {
        state.withLock { $0.generation += 1 }
    }

    /// Blocks if the Engine has to be asked.
    func current() throws(DockerError) -> LanguageCatalog {
        let known = state.withLock { $0.looked?.generation == $0.generation ? $0.catalog : nil }
        if let known { return known }
        return try look()
    }

    /// - Parameter name: of a language, or one of its aliases.
    /// - Throws: ``RunError/language(_:known:)`` if there is none; ``RunError/languages(_:)`` if the Engine does not say.
    func language(named name: String) throws(RunError) -> Language {
        var catalog: LanguageCatalog
        do throws(DockerError) {
            catalog = try current()
            if catalog.language(named: name) == nil, isOld { catalog = try look() }
        } catch {
            // What the settings say needs no Engine.
            catalog = LanguageCatalog(settings, images: [])
            guard catalog.language(named: name) != nil else { throw .docker(error, in: RunError.languages) }
        }
        guard let language = catalog.language(named: name) else {
            throw .language(name, known: catalog.languages.map(\.language))
        }
        return language
    }

    private var isOld: Bool {
        state.withLock { state in state.looked.map { ContinuousClock.now - $0.at > Self.patience } ?? true }
    }

    /// One that has begun after another, or after an event, is not overwritten by that.
    private func look() throws(DockerError) -> LanguageCatalog {
        let (generation, began) = (state.withLock(\.generation), ContinuousClock.now)
        let found = LanguageCatalog(settings, images: try docker.images(labelled: LanguageCatalog.Label.language))
        state.withLock { state in
            if let looked = state.looked, looked.at > began { return }
            state.catalog = found
            state.looked = (generation, began)
        }
        return found
    }
}
