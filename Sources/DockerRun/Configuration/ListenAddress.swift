/// Where to listen.
public struct ListenAddress: Sendable, Equatable {
    /// A numeric IPv4 or IPv6 address.
    public var address: String
    /// 1 to 65535.
    public var port: Int

    public init(address: String, port: Int) {
        self.address = address
        self.port = port
    }
}
