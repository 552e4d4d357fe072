/// What the Docker daemon says of itself ("Get version"). Every field may be missing: other engines that speak the same
/// API leave some out.
///
/// It is decoded under the API's names and encoded under those of our own API.
public struct DockerVersion: Sendable, Equatable, Codable {
    public var version: String?
    public var apiVersion: String?
    public var gitCommit: String?
    public var goVersion: String?
    public var os: String?
    public var arch: String?
    public var kernelVersion: String?
    public var buildTime: String?
    public var platform: Platform?
    public var components: [Component]?

    public struct Platform: Sendable, Equatable, Codable {
        public var name: String?
    }

    public struct Component: Sendable, Equatable, Codable {
        public var name: String?
        public var version: String?
    }

    private enum APIKeys: String, CodingKey {
        case version = "Version"
        case apiVersion = "ApiVersion"
        case gitCommit = "GitCommit"
        case goVersion = "GoVersion"
        case os = "Os"
        case arch = "Arch"
        case kernelVersion = "KernelVersion"
        case buildTime = "BuildTime"
        case platform = "Platform"
        case components = "Components"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: APIKeys.self)
        version = try fields.decodeIfPresent(String.self, forKey: .version)
        apiVersion = try fields.decodeIfPresent(String.self, forKey: .apiVersion)
        gitCommit = try fields.decodeIfPresent(String.self, forKey: .gitCommit)
        goVersion = try fields.decodeIfPresent(String.self, forKey: .goVersion)
        os = try fields.decodeIfPresent(String.self, forKey: .os)
        arch = try fields.decodeIfPresent(String.self, forKey: .arch)
        kernelVersion = try fields.decodeIfPresent(String.self, forKey: .kernelVersion)
        buildTime = try fields.decodeIfPresent(String.self, forKey: .buildTime)
        platform = try fields.decodeIfPresent(Platform.self, forKey: .platform)
        components = try fields.decodeIfPresent([Component?].self, forKey: .components)?.compactMap(\.self)
    }
}

extension DockerVersion.Platform {
    private enum APIKeys: String, CodingKey {
        case name = "Name"
    }

    public init(from decoder: any Decoder) throws {
        name = try decoder.container(keyedBy: APIKeys.self).decodeIfPresent(String.self, forKey: .name)
    }
}

extension DockerVersion.Component {
    private enum APIKeys: String, CodingKey {
        case name = "Name"
        case version = "Version"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: APIKeys.self)
        name = try fields.decodeIfPresent(String.self, forKey: .name)
        version = try fields.decodeIfPresent(String.self, forKey: .version)
    }
}
