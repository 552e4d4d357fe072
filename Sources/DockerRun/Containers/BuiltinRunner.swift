/// Where the Docker Engine finds code-runner.
public enum BuiltinRunnerSource: Sendable, Equatable, CustomStringConvertible {
    /// A file on the Engine's host.
    case path(String)
    /// The name of a volume that has it as `code-runner`.
    case volume(String)

    public var description: String {
        switch self {
        case .path(let path): path
        case .volume(let name): "volume:\(name)"
        }
    }
}

/// code-runner, mounted into a container whose image may know nothing of it.
struct BuiltinRunner {
    let source: BuiltinRunnerSource

    private static let target = "/code-runner"
    /// Where the code goes if the operator has not said so. No image has it, so the tmpfs there belongs to everybody.
    private static let defaultDirectory = "/box"

    var mount: ContainerSpecification.Mount {
        switch source {
        case .path(let path): .init(type: .bind, source: path, target: Self.target, volumeOptions: nil)
        // The Engine would fill an empty volume with what the image has there, and every other image would run it.
        case .volume(let name):
            .init(type: .volume, source: name, target: Self.target, volumeOptions: .init(noCopy: true))
        }
    }

    /// What the container runs. A volume can be mounted only as a directory.
    var command: String {
        switch source {
        case .path: Self.target
        case .volume: "\(Self.target)/code-runner"
        }
    }

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
        return .refused(status: 500, message: "\(message): RUN_BUILTIN_RUNNER_PATH is \(source), on the Engine's host")
    }

    /// The same of a refusal to start it.
    func explained(start error: DockerError) -> DockerError {
        guard case .refused(let status, let message) = error, message.utf8.contains(Self.target.utf8) else {
            return error
        }
        let remedy =
            switch source {
            case .path: "must name a file that DOCKER_CONTAINER_USER may execute"
            case .volume: "is \(source): put a file code-runner into it that DOCKER_CONTAINER_USER may execute"
            }
        return .refused(status: status, message: "\(message): RUN_BUILTIN_RUNNER_PATH \(remedy)")
    }
}
