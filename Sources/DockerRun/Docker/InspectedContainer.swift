/// What "Inspect a container" says, as far as it is needed here.
struct InspectedContainer: Decodable {
    /// The id of the image that the container was made of.
    let image: String

    enum CodingKeys: String, CodingKey {
        case image = "Image"
    }
}
