/// code-runner, mounted into a container whose image may know nothing of it.
struct BuiltinRunner {
    /// On the host of the Docker Engine.
    let path: String

    static let target = "/code-runner"
    /// Where the code goes if the operator has not said so. No image has it, so the tmpfs there belongs to everybody.
    private static let defaultDirectory = "/box"

    static func directory(_ settings: ContainerSettings) -> String {
        settings.workDirectory.path ?? defaultDirectory
    }

    /// Sees to it that there is a directory that can be written to, also under a read-only root and for a user who has no
    /// home, and that tools which look for one find it.
    ///
    /// - Returns: the environment variables that say so. Where they name no good place, code-runner finds another.
    func prepare(_ settings: inout ContainerSettings) -> [String] {
        let directory = Self.directory(settings)
        settings.workDirectory.path = directory
        return ["HOME=\(directory)"] + (settings.temporaryDirectory.path.map { ["TMPDIR=\($0)"] } ?? [])
    }
}
