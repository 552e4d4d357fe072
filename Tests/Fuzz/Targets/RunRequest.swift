@testable import DockerRun
@testable import Server

extension Target {
    /// RunRequest takes what a parser of the whole text and FoundationEssentials' strings make a request, and nothing else.
    static let runRequest = Target("run-request") { bytes in
        let found = Result { () throws(MalformedRequest) in try RunRequest(body: bytes) }
        let expected = ExpectedRequest(bytes)
        guard case .success(let request) = found else {
            return expect(expected == nil, "\(found), but it is a request for \(expected?.image ?? "")")
        }
        guard let expected else { fatalError("it is no request, but was taken for \(request.image)") }
        expect(request.image.utf8.elementsEqual(expected.image.utf8), "\(request.image) is not \(expected.image)")
        expect(request.runner.rawValue == expected.runner, "\(request.runner) is not \(expected.runner)")
        expect(request.payload.elementsEqual(bytes[expected.payload]), "the payload is another")
    }
}

private struct ExpectedRequest {
    let image: String
    let payload: Range<Int>
    var runner = "image"

    init?(_ bytes: [UInt8]) {
        guard let json = NaiveJSON(bytes) else { return nil }
        let named = { (name: String) in json.members.filter { decodedString(bytes[$0.name]) == name }.map(\.value) }
        let (images, payloads, runners) = (named("image"), named("payload"), named("runner"))
        guard images.count == 1, payloads.count == 1, runners.count <= 1, images[0].count <= 512,
            let image = decodedString(bytes[images[0]]), !image.isEmpty,
            image.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), bytes[payloads[0].lowerBound] == UInt8(ascii: "{")
        else { return nil }
        self.image = image
        payload = payloads[0]
        guard let runner = runners.first else { return }
        guard let name = decodedString(bytes[runner]), ["image", "builtin"].contains(name) else { return nil }
        self.runner = name
    }
}
