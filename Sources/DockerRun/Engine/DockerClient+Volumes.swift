/// The calls that are about volumes.
extension DockerClient {
    /// "Inspect a volume".
    ///
    /// - Returns: false if the daemon says that there is none. Something in front of it may not let such calls through.
    func hasVolume(_ name: String) throws(DockerError) -> Bool {
        let call = DockerCall(name: .inspectVolume, method: .get, path: "/volumes/\(name)")
        return try withConnection { (connection) throws(DockerError) in try connection.perform(call).status != 404 }
    }

    /// "Create a volume".
    func createVolume(_ name: String, labels: [String: String]) throws(DockerError) {
        let body = try DockerCall.body(DockerVolume(name: name, labels: labels))
        _ = try perform(DockerCall(name: .createVolume, method: .post, path: "/volumes/create", body: body))
    }

    /// "List volumes": those that have this text in their names, and carry all these labels.
    func volumes(named part: String, labels: [String] = []) throws(DockerError) -> [DockerVolume] {
        let filters = String(decoding: try DockerCall.body(["name": [part], "label": labels]), as: UTF8.self)
        let path = "/volumes?filters=\(DockerCall.percentEncoded(filters))"
        let answer = try perform(DockerCall(name: .listVolumes, method: .get, path: path))
        return try answer.decoded(as: DockerVolume.List.self).volumes ?? []
    }

    /// "Remove a volume".
    ///
    /// - Returns: whether there was one.
    @discardableResult
    func removeVolume(_ name: String) throws(DockerError) -> Bool {
        do {
            _ = try perform(DockerCall(name: .removeVolume, method: .delete, path: "/volumes/\(name)"))
            return true
        } catch .refused(status: 404, _) {
            return false
        }
    }
}
