/// What "Inspect an image" says, as far as it is needed here.
struct InspectedImage: Decodable {
    let id: String

    enum CodingKeys: String, CodingKey {
        case id = "Id"
    }
}
