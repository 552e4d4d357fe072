internal import Bytes
internal import Glibc
internal import HTTP

/// Keeps pages that somebody visits from what needs no token: a page can send requests to a server that only its visitor's
/// machine can reach, and, by a name of its own that it has point there (DNS rebinding), read the answers.
struct ForeignPages: Sendable {
    /// Of pages that may: see ``CrossOrigin``.
    let origins: [String]
    /// Names of this server, in lower case, beside `localhost` and numbers.
    let hosts: [String]

    /// The answer to a request of such a page.
    func refusal(of head: RequestHead) -> Response? {
        let host = (head.headers.bytes(of: "Host").first ?? []).map(\.asciiLowercased)
        guard isOurs(Self.name(in: host)) else {
            return .error(
                403, "request.host",
                "The Host is none of this server's (SERVER_HOSTS); send a token in X-Access-Token, or use its address")
        }
        return refusalOfOrigin(head)
    }

    /// The answer to a request of such a page, whatever the name that it uses.
    func refusalOfOrigin(_ head: RequestHead) -> Response? {
        let host = (head.headers.bytes(of: "Host").first ?? []).map(\.asciiLowercased)
        for origin in head.headers.bytes(of: "Origin").map({ $0.map(\.asciiLowercased) })
        where !isAllowed(origin) && !Self.isOwn(origin, host) {
            return .error(
                403, "request.origin", "Pages of this Origin may not ask here (SERVER_CORS_ORIGINS)")
        }
        return nil
    }

    private func isAllowed(_ origin: [UInt8]) -> Bool {
        origins.contains { $0.utf8.elementsEqual("*".utf8) || $0.utf8.elementsEqual(origin) }
    }

    private static func isOwn(_ origin: [UInt8], _ host: [UInt8]) -> Bool {
        ["http://", "https://"].contains { origin.elementsEqual(Array($0.utf8) + host) }
    }

    private func isOurs(_ name: ArraySlice<UInt8>) -> Bool {
        let known = ["localhost"] + hosts
        return known.contains { $0.utf8.elementsEqual(name) } || Self.isAddress(name)
    }

    /// Without the port (RFC 3986, section 3.2).
    private static func name(in host: [UInt8]) -> ArraySlice<UInt8> {
        guard host.first != UInt8(ascii: "[") else {
            return host.prefix { $0 != UInt8(ascii: "]") }.dropFirst()
        }
        return host.prefix { $0 != UInt8(ascii: ":") }
    }

    /// Numeric, of IPv4 or IPv6: inet_pton(3).
    private static func isAddress(_ name: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: name, as: UTF8.self)
        var address = in6_addr()
        return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1
    }
}
