/// One request to the Docker Engine API. Paths carry no version: the daemon then answers with its newest, and Docker 29
/// dropped all below 1.44.
public struct DockerCall {
    /// What is called, as Docker's documentation of its API calls it.
    public enum Name: String, Sendable, CaseIterable {
        case ping, version, info, create, attach, start, inspect, remove, kill, list, events
        case inspectImage = "inspect_image"
        case pastEvents = "past_events"
        case createVolume = "create_volume"
        case listVolumes = "list_volumes"
        case removeVolume = "remove_volume"
    }

    enum Method: String {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    var name: Name
    var method: Method
    var path: String
    var body: [UInt8] = []
}

/// The daemon's answer to a ``DockerCall``.
struct DockerAnswer {
    var status: Int
    var body: [UInt8]
}
