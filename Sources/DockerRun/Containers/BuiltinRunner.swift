/// code-runner, mounted into a container whose image may know nothing of it.
struct BuiltinRunner {
    /// On the host of the Docker Engine.
    let path: String

    static let target = "/code-runner"
    /// Where the code goes if the operator has not said so. No image has it, so the tmpfs there belongs to everybody.
    private static let defaultDirectory = "/box"

    var mount: ContainerSpecification.Mount { .init(source: path, target: Self.target) }

    static func directory(_ settings: ContainerSettings) -> String {
        settings.workDirectory.path ?? defaultDirectory
    }

    /// Sees to it that there is a directory that can be written to, also under a read-only root and for a user who has no
    /// home, and that tools which look for one find it.
    ///
    /// - Returns: the environment variables that say so. Where they name no good place, code-runner finds another.
    static func prepare(_ settings: inout ContainerSettings) -> [String] {
        let directory = directory(settings)
        settings.workDirectory.path = directory
        return ["HOME=\(directory)"] + (settings.temporaryDirectory.path.map { ["TMPDIR=\($0)"] } ?? [])
    }

    /// The daemon's refusal to create the container, with the variable behind what is not the client's choice.
    func explained(creation error: DockerError) -> DockerError {
        guard case .refused(_, let message) = error, message.utf8.contains("bind source path does not exist".utf8)
        else {
            return error
        }
        return .refused(status: 500, message: "\(message): RUN_BUILTIN_RUNNER_PATH is \(path), on the Engine's host")
    }

    /// The same of a refusal to start it.
    func explained(start error: DockerError) -> DockerError {
        guard case .refused(let status, let message) = error, message.utf8.contains(Self.target.utf8) else {
            return error
        }
        return .refused(
            status: status,
            message: "\(message): RUN_BUILTIN_RUNNER_PATH must name a file that DOCKER_CONTAINER_USER may execute")
    }
}
