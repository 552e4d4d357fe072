/// Which runs a service refuses before there is a container.
struct RunAdmission {
    let settings: RunService.Settings
    let engine: EngineCheck

    /// Blocks if the Engine has to be asked what limits it keeps.
    ///
    /// - Throws: ``RunError`` saying what is wrong with it.
    func check(_ request: RunRequest) throws(RunError) {
        guard request.runner == .image || settings.container.builtinRunner != nil else {
            throw .request("\"runner\": \"builtin\" is not to be had here: the server has no RUN_BUILTIN_RUNNER_PATH")
        }
        guard settings.run.allows(request.image) else { throw .imageNotAllowed(request.image) }
        if request.limits != RunLimits() { try checkLimits(of: request) }
        if request.isForRunner { try RunnerInstructions.check(request.payload) }
    }

    private func checkLimits(of request: RunRequest) throws(RunError) {
        if request.limits.areOfContainer {
            do throws(DockerError) { try engine.run() } catch { throw .docker(error, in: RunError.create) }
            try engine.refuse(request.limits)
        }
        try RunLimitBounds(
            run: settings.run, interactive: settings.interactive, container: settings.container,
            cpuCount: engine.cpuCount
        ).check(request)
    }
}
