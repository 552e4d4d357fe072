/// What the daemon says of one container ("Inspect a container").
struct ContainerInspection: Decodable {
    /// The id of the image that it was made of.
    var image: String?
    var mounts: [Mount]?
    var state: State?

    struct Mount: Decodable {
        let type: String?
        let destination: String?

        enum CodingKeys: String, CodingKey {
            case type = "Type"
            case destination = "Destination"
        }
    }

    struct State: Decodable {
        let running: Bool?
        /// The kernel has killed something in it, because its memory was used up.
        let oomKilled: Bool?

        enum CodingKeys: String, CodingKey {
            case running = "Running"
            case oomKilled = "OOMKilled"
        }
    }

    /// Where it has a volume: a directory on the daemon's disk that can be written to, whatever else is read-only.
    var volumes: [String] { (mounts ?? []).filter { $0.type == "volume" }.compactMap(\.destination) }

    enum CodingKeys: String, CodingKey {
        case image = "Image"
        case mounts = "Mounts"
        case state = "State"
    }
}
