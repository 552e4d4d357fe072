/// Events of the daemon that somebody wants to hear of ("Monitor events").
enum DockerEvents {
    /// An image's name may have come to stand for something else.
    case imageNames
    /// A volume was made.
    case volumes

    var name: String {
        switch self {
        case .imageNames: "image"
        case .volumes: "volume"
        }
    }

    /// As the API takes it.
    var filters: String {
        switch self {
        case .imageNames: #"{"type":["image"],"event":["delete","import","load","pull","tag","untag"]}"#
        case .volumes: #"{"type":["volume"],"event":["create"]}"#
        }
    }
}
