/// Makes containers up to the point where they can be started: created, and attached to, so that no output is missed.
struct ContainerLauncher: Sendable {
    let docker: DockerClient
    let reaper: Reaper

    /// Enters the name into the ledger, creates the container and attaches to it. On failure, nothing of it is left to the
    /// caller.
    func launch(
        _ name: String, _ specification: ContainerSpecification, _ cancellation: Cancellation
    ) throws(RunError) -> AttachedContainer {
        reaper.ledger.add(name)
        guard !cancellation.isCancelled else {
            reaper.ledger.remove(name)
            throw .cancelled
        }
        do {
            try docker.create(name, specification)
        } catch {
            if error.saysNothingHappened {
                reaper.ledger.remove(name)
            } else {
                reaper.take(name, mayAppear: true)
            }
            throw .docker(error, in: RunError.create)
        }
        guard !cancellation.isCancelled else {
            reaper.take(name)
            throw .cancelled
        }
        do throws(DockerError) {
            return AttachedContainer(name: name, stream: try docker.attach(name))
        } catch {
            reaper.take(name)
            throw .docker(error, in: RunError.attach)
        }
    }
}
