/// A row of "List containers".
struct ListedContainer: Decodable, Equatable {
    let names: [String]
    let labels: [String: String]

    /// The API puts a slash before each name.
    var name: String? { names.first.map { String(decoding: $0.utf8.drop { $0 == UInt8(ascii: "/") }, as: UTF8.self) } }

    enum CodingKeys: String, CodingKey {
        case names = "Names"
        case labels = "Labels"
    }
}
