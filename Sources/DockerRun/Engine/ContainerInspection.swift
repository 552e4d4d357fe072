internal import Bytes

/// What the daemon says of one container ("Inspect a container"): some kilobytes, of which no more is decoded than somebody
/// asks for.
struct ContainerInspection {
    private let answer: DockerAnswer

    init(_ answer: DockerAnswer) {
        self.answer = answer
    }

    /// The id of the image that it was made of.
    func imageID() throws(DockerError) -> String { try answer.string("Image") }

    /// Where it has a volume: a directory on the daemon's disk that can be written to, whatever else is read-only.
    func volumes() throws(DockerError) -> [String] {
        guard answer.body.containsBytes(of: "\"volume\"") else { return [] }
        let mounts = try answer.decoded(as: Mounts.self).mounts ?? []
        return mounts.filter { $0.type == "volume" && $0.isWritable != false }.compactMap(\.destination)
    }

    /// A label, which is its image's if nobody else has set it; nil if it has none of that name.
    func label(_ name: StaticString) throws(DockerError) -> String? {
        // Names and values of labels come from images, and a few bytes of a few kilobytes say no.
        guard answer.body.containsBytes(of: name) else { return nil }
        return try answer.decoded(as: Configured.self).config?.labels?["\(name)"]
    }

    func state() throws(DockerError) -> State? { try answer.decoded(as: Status.self).state }

    struct State: Decodable {
        let running: Bool?
        /// The kernel has killed something in it, because its memory was used up.
        let oomKilled: Bool?
        /// What its process exited with, or 128 and the number of the signal that ended it.
        let exitCode: Int?

        enum CodingKeys: String, CodingKey {
            case running = "Running"
            case oomKilled = "OOMKilled"
            case exitCode = "ExitCode"
        }
    }

    private struct Status: Decodable {
        let state: State?

        enum CodingKeys: String, CodingKey {
            case state = "State"
        }
    }

    private struct Configured: Decodable {
        let config: Config?

        enum CodingKeys: String, CodingKey {
            case config = "Config"
        }
    }

    private struct Config: Decodable {
        let labels: [String: String]?

        enum CodingKeys: String, CodingKey {
            case labels = "Labels"
        }
    }

    private struct Mounts: Decodable {
        let mounts: [Mount]?

        enum CodingKeys: String, CodingKey {
            case mounts = "Mounts"
        }
    }

    private struct Mount: Decodable {
        let type: String?
        let destination: String?
        let isWritable: Bool?

        enum CodingKeys: String, CodingKey {
            case type = "Type"
            case destination = "Destination"
            case isWritable = "RW"
        }
    }
}
