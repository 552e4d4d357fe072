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
        var container = try launcher.launch(name, key, RunLimits(), of: image, control)
        do throws(DockerError) {
            try docker.start(name)
            let image = if let image { image } else { try inspected(name) }
            container.image = image
            if key.runner == .image { container.runnerProtocol = image.runnerProtocol }
            return container
        } catch {
            reaper.take(container)
            throw launcher.startError(error, key)
        }
    }

    private func inspected(_ name: String) throws(DockerError) -> KnownImage {
        let inspection = try docker.inspect(name)
        return KnownImage(
            id: try inspection.imageID(), runnerProtocol: try inspection.runnerProtocol(),
            waitingMemory: hasPreludes ? try inspection.waitingMemory() : nil)
    }
}
