internal import Bytes
internal import FoundationEssentials

/// One request to the Docker Engine API. Paths carry no version: the daemon then answers with its newest, and Docker 29
/// dropped all below 1.44.
public struct DockerCall {
    /// What is called, as Docker's documentation of its API calls it.
    public enum Name: String, Sendable, CaseIterable {
        case ping, version, info, create, attach, start, update, inspect, remove, kill, list, events
        case inspectImage = "inspect_image"
        case listImages = "list_images"
        case pastEvents = "past_events"
        case createVolume = "create_volume"
        case listVolumes = "list_volumes"
        case inspectVolume = "inspect_volume"
        case removeVolume = "remove_volume"
    }

    enum Method: String {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    var name: Name
    var method: Method
    var path: String
    var body: [UInt8] = []

    /// Everything but the unreserved characters of RFC 3986, section 2.3, and the exceptions.
    static func percentEncoded(_ text: String, except exceptions: String = "") -> String {
        let bytes = text.utf8.flatMap { byte in
            let isPlain = byte.isASCIILetterOrDigit || "-._~".utf8.contains(byte) || exceptions.utf8.contains(byte)
            return isPlain ? [byte] : Array(("%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The body of a call. The API's names are those of our fields with a capital first letter; those of a dictionary stay
    /// as they are.
    ///
    /// - Throws: ``DockerError/transport(_:)`` if the value cannot be encoded.
    static func body(_ value: some Encodable) throws(DockerError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .custom { path in CapitalizedKey(path[path.count - 1].stringValue) }
        do { return Array(try encoder.encode(value)) } catch {
            throw DockerError.transport("a call to the Docker daemon cannot be encoded: \(error)")
        }
    }

    private struct CapitalizedKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) {
            stringValue = String(
                decoding: [name.utf8.first?.asciiUppercased].compactMap(\.self) + name.utf8.dropFirst(), as: UTF8.self)
        }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
