/// Makes containers that wait for a payload: launched, started, and asked what they are.
struct WaitingContainerMaker: Sendable {
    let docker: DockerClient
    let launcher: ContainerLauncher
    let reaper: Reaper
    /// Whether anything gets ready in containers that wait, so that they take what their images say.
    let hasPreludes: Bool

    /// On failure, nothing of it is left to the caller.
    ///
    /// - Parameter image: that the name is known to stand for, so that the container need not be asked.
    func make(
        _ name: String, _ key: ContainerKind, of image: KnownImage?, _ control: RunControl
    ) throws(RunError) -> AttachedContainer {
        var container = try launcher.launch(name, key, RunLimits(), control)
        do throws(DockerError) {
            try docker.start(name)
            if let image {
                container.imageID = image.id
                (container.runnerProtocol, container.waitingMemory) = (image.runnerProtocol, image.waitingMemory)
                return container
            }
            let inspection = try docker.inspect(name)
            container.imageID = try inspection.imageID()
            if key.runner == .image { container.runnerProtocol = try inspection.runnerProtocol() }
            container.waitingMemory = hasPreludes ? try inspection.waitingMemory() : nil
            return container
        } catch {
            reaper.take(container)
            throw launcher.startError(error, key)
        }
    }
}
