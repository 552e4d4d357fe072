/// Makes containers up to the point where they can be started: created, and attached to, so that no output is missed.
struct ContainerLauncher: Sendable {
    private let recipe: ContainerRecipe
    private let docker: DockerClient
    private let ledger: ContainerLedger
    private let reaper: Reaper
    private let check: EngineCheck
    private let warnings: EngineWarnings
    private let refusesVolumes: Bool

    init(
        _ recipe: ContainerRecipe, refusesVolumes: Bool, docker: DockerClient, ledger: ContainerLedger, reaper: Reaper,
        check: EngineCheck, warnings: EngineWarnings
    ) {
        self.recipe = recipe
        self.refusesVolumes = refusesVolumes
        self.docker = docker
        self.ledger = ledger
        self.reaper = reaper
        self.check = check
        self.warnings = warnings
    }

    /// Enters the name into the ledger, creates the container and attaches to it. On failure, nothing of it is left to the
    /// caller.
    ///
    /// - Parameters:
    ///   - limits: of the run that it is for, if there is one already.
    ///   - image: that the name is known to stand for, so that the container need not be asked whether that declares volumes:
    ///     for one that waits, because its run asks again which image it is of. Of a new one nobody would.
    ///   - isForRunner: whether the runner has to be told something, if it knows how: it costs a call to learn whether it does.
    func launch(
        _ name: String, _ kind: ContainerKind, _ limits: RunLimits, of image: KnownImage? = nil,
        isForRunner: Bool = false, _ control: RunControl
    ) throws(RunError) -> AttachedContainer {
        ledger.add(name)
        guard !control.isCancelled else {
            ledger.remove(name)
            throw .cancelled
        }
        do {
            try check.run()
            if kind.runner == .builtin { try check.requireVolume() }
            warnings.take(try docker.create(name, recipe.body(of: kind, limits)))
        } catch {
            if error.isCertainlyWithoutEffect {
                ledger.remove(name)
            } else {
                reaper.take(name, mayAppear: true)
            }
            throw .docker(recipe.builtinRunner(of: kind)?.explained(creation: error) ?? error, in: RunError.create)
        }
        return try attach(
            name, kind, asksForVolumes: refusesVolumes && image == nil,
            asksForProtocol: isForRunner && kind.runner == .image, control)
    }

    /// Why a container of this kind that was launched could not be started.
    func startError(_ error: DockerError, _ kind: ContainerKind) -> RunError {
        .docker(recipe.builtinRunner(of: kind)?.explained(start: error) ?? error, in: RunError.start)
    }

    private func attach(
        _ name: String, _ kind: ContainerKind, asksForVolumes: Bool, asksForProtocol: Bool, _ control: RunControl
    ) throws(RunError) -> AttachedContainer {
        do throws(RunError) {
            guard !control.isCancelled else { throw .cancelled }
            let inspection = asksForVolumes || asksForProtocol ? try inspect(name) : nil
            if refusesVolumes, let inspection { try refuseVolumes(inspection) }
            do throws(DockerError) {
                let ofImage = asksForProtocol ? try inspection?.runnerProtocol() : nil
                return AttachedContainer(
                    name: name, stream: try docker.attach(name),
                    runnerProtocol: kind.runner == .builtin ? .builtin : ofImage)
            } catch {
                // Podman prepares the start here already.
                throw .docker(recipe.builtinRunner(of: kind)?.explained(start: error) ?? error, in: RunError.attach)
            }
        } catch {
            reaper.take(name)
            throw error
        }
    }

    private func inspect(_ name: String) throws(RunError) -> ContainerInspection {
        do throws(DockerError) {
            return try docker.inspect(name)
        } catch {
            throw .docker(error, in: RunError.create)
        }
    }

    /// A volume that the image declares is a directory on the daemon's disk, without a limit, under a root that shall be
    /// read-only. (A tmpfs of the configuration at the same place takes its place.)
    private func refuseVolumes(_ inspection: ContainerInspection) throws(RunError) {
        let volumes: [String]
        do throws(DockerError) {
            volumes = try inspection.volumes()
        } catch {
            throw .docker(error, in: RunError.create)
        }
        guard volumes.isEmpty else {
            throw .create(
                .refused(
                    status: 400,
                    message: """
                        the image declares volumes (\(volumes.joined(separator: ", "))), which could be written to without \
                        a limit although DOCKER_CONTAINER_READONLY_ROOTFS is true: build it without them, or mount a tmpfs \
                        there with DOCKER_CONTAINER_WORK_DIR_PATH
                        """))
        }
    }
}

/// A container, and the stream to its standard streams. Whoever has it is responsible for both.
struct AttachedContainer {
    let name: String
    let stream: DockerStream
    /// That it was made of, as far as anybody has asked.
    var image: KnownImage?
    /// Of its runner; of an image's own, as far as anybody has asked.
    var runnerProtocol: RunnerProtocol?
}
