import Foundation
import Testing

/// What `GET /metrics` says.
struct ServerMetrics {
    let text: String
    let contentType: String?
    /// By name and labels.
    let values: [Substring: Double]

    init(_ server: ServerUnderTest) throws {
        let answer = try server.get("/metrics", token: nil)
        try #require(answer.status == 200)
        text = answer.text
        contentType = answer.headers["content-type"]
        let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        values = Dictionary(
            uniqueKeysWithValues: samples.map { sample in
                let space = sample.lastIndex(of: " ")!
                return (sample[..<space], Double(sample[sample.index(after: space)...])!)
            })
    }
}
