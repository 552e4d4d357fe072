/// A row of "List containers".
struct ListedContainer: Decodable, Equatable {
    let names: [String]
    let labels: [String: String]

    /// The API puts a slash before each name.
    var name: String? { names.first.map { String($0.drop(while: { $0 == "/" })) } }

    enum CodingKeys: String, CodingKey {
        case names = "Names"
        case labels = "Labels"
    }
}
