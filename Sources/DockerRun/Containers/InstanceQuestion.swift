/// The question whether another process of the same server lives, put to it through the one thing that both can see: the
/// daemon. The question is a volume; a process that lives hears of it by the daemon's events, and answers by removing it.
struct InstanceQuestion {
    /// Who is asked.
    let instance: String
    /// Who asks. It is part of the name, so that two who ask at once do not take each other's giving up for an answer.
    let asker: ServerIdentity

    private static let prefix = "docker-run-alive"

    /// What the names of all questions to an instance begin with.
    static func names(to instance: String) -> String { "\(prefix)-\(instance)-" }

    var name: String { Self.names(to: instance) + asker.instance }

    func ask(_ docker: DockerClient) throws(DockerError) {
        try docker.createVolume(name, labels: asker.labels(kept: false))
    }

    func isAnswered(_ docker: DockerClient) throws(DockerError) -> Bool {
        try docker.volumes(named: name).isEmpty
    }

    /// - Returns: false if it was answered after all.
    func takeBack(_ docker: DockerClient) throws(DockerError) -> Bool {
        try docker.removeVolume(name)
    }

    /// Answers all questions that are put to an instance.
    static func answer(to instance: String, _ docker: DockerClient) throws(DockerError) {
        for volume in try docker.volumes(named: names(to: instance)) { try docker.removeVolume(volume.name) }
    }

    /// Removes the questions of processes that can no longer take them back.
    ///
    /// - Parameters:
    ///   - server: the name of the server whose processes have asked.
    ///   - isDead: whether that is so of an instance.
    static func removeAbandoned(
        of server: String, _ docker: DockerClient, where isDead: (_ asker: String) throws(DockerError) -> Bool
    ) throws(DockerError) {
        let labels = ["\(ServerIdentity.serverLabel)=\(server)"]
        for volume in try docker.volumes(named: "\(prefix)-", labels: labels) {
            guard let asker = volume.labels?[ServerIdentity.instanceLabel], try isDead(asker) else { continue }
            try docker.removeVolume(volume.name)
        }
    }
}
