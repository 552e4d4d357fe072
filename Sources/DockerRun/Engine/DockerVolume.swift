/// A volume, as it is created and listed ("Create a volume", "List volumes").
struct DockerVolume: Codable {
    let name: String
    let labels: [String: String]?

    enum CodingKeys: String, CodingKey {
        case name = "Name"
        case labels = "Labels"
    }

    /// The answer of "List volumes".
    struct List: Decodable {
        let volumes: [DockerVolume]?

        enum CodingKeys: String, CodingKey {
            case volumes = "Volumes"
        }
    }
}
