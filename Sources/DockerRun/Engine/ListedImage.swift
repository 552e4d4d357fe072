/// A row of "List images".
struct ListedImage: Decodable {
    private let repoTags: [String]?
    let labels: [String: String]?

    /// Those that a container can be made of; an image without one has a placeholder.
    var names: [String] { (repoTags ?? []).filter { !$0.utf8.elementsEqual("<none>:<none>".utf8) } }

    init(names: [String], labels: [String: String]) {
        (repoTags, self.labels) = (names, labels)
    }

    enum CodingKeys: String, CodingKey {
        case repoTags = "RepoTags"
        case labels = "Labels"
    }
}
