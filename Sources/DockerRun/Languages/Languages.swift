internal import Synchronization

/// The languages that there are now. Any thread may ask.
final class Languages: Sendable {
    private let docker: DockerClient
    private let settings: RunSettings
    private let catalog = Mutex<LanguageCatalog?>(nil)

    init(_ settings: RunSettings, docker: DockerClient) {
        self.settings = settings
        self.docker = docker
    }

    /// Looks at the images. To be called when they may have changed.
    @discardableResult
    func look() throws(DockerError) -> LanguageCatalog {
        let found = LanguageCatalog(settings, images: try docker.images(labelled: LanguageCatalog.Label.language))
        catalog.withLock { $0 = found }
        return found
    }

    /// What was seen last. Asks the Engine, and blocks, if that was never.
    func current() throws(DockerError) -> LanguageCatalog {
        if let catalog = catalog.withLock(\.self) { return catalog }
        return try look()
    }

    /// - Parameter name: of a language, or one of its aliases.
    /// - Throws: ``RunError/language(_:known:)`` if there is none.
    func language(named name: String) throws(RunError) -> Language {
        let catalog: LanguageCatalog
        do throws(DockerError) { catalog = try current() } catch { throw .docker(error, in: RunError.languages) }
        guard let language = catalog.language(named: name) else {
            throw .language(name, known: catalog.languages.map(\.language))
        }
        return language
    }
}
