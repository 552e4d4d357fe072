internal import Synchronization

/// Gives a container that waits, and has the service's limits, those of the run that is to have it. Any thread may call it.
final class ContainerUpdater: Sendable {
    private let recipe: ContainerRecipe
    private let docker: DockerClient
    private let warnings: EngineWarnings
    /// Runtimes that cannot update a container; "" is the Engine's default.
    private let unable = Mutex<Set<String>>([])

    init(_ recipe: ContainerRecipe, docker: DockerClient, warnings: EngineWarnings) {
        self.recipe = recipe
        self.docker = docker
        self.warnings = warnings
    }

    /// Whether a container of this kind can be updated, as far as is known.
    func isAble(_ kind: ContainerKind) -> Bool {
        !unable.withLock { $0.contains(runtime(of: kind)) }
    }

    /// One call, which says all limits, also those that stay as they are: crun takes a limit that is not there for none.
    ///
    /// - Returns: false if the container may have other limits than these, and is good for nothing.
    func update(_ container: AttachedContainer, _ kind: ContainerKind, to limits: RunLimits) -> Bool {
        do throws(DockerError) {
            warnings.take(try docker.update(container.name, recipe.resources(limits)))
            return true
        } catch {
            if case .refused = error, isUnable(container) {
                unable.withLock { _ = $0.insert(runtime(of: kind)) }
            }
            return false
        }
    }

    /// A container that holds more memory than it shall have cannot be updated either. So the question is whether one that
    /// runs can be given the limits that it has.
    private func isUnable(_ container: AttachedContainer) -> Bool {
        do throws(DockerError) {
            _ = try docker.update(container.name, recipe.resources(RunLimits()))
            return false
        } catch {
            guard case .refused = error else { return false }
            return (try? docker.inspect(container.name).state())?.running == true
        }
    }

    private func runtime(of kind: ContainerKind) -> String { recipe.runtime(of: kind) ?? "" }
}
