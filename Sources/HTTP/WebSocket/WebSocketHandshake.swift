internal import FoundationEssentials

/// How a client asks for a WebSocket, and how it is granted (RFC 6455, section 4.2).
public enum WebSocketHandshake {
    /// Why a request gets none.
    public struct Refusal: Error, Equatable {
        public let status: Int
        public let reason: String
        /// What HTTP wants in the answer.
        public let headers: Headers

        init(_ reason: String, status: Int = 400, _ headers: Headers = Headers()) {
            self.status = status
            self.reason = reason
            self.headers = headers
        }
    }

    /// The one that RFC 6455 describes.
    private static let version = "13"

    /// - Returns: what the answer with status 101 has to have.
    public static func accept(_ head: RequestHead) throws(Refusal) -> Headers {
        guard head.method == .get else { throw Refusal("The method is not GET") }
        guard head.asksToUpgrade(to: "websocket") else {
            throw Refusal("The request does not ask for websocket in Upgrade, with HTTP/1.1")
        }
        guard head.headers.list("connection", has: "upgrade") else { throw Refusal("There is no Connection: Upgrade") }
        try checkVersion(head)
        let keys = head.headers.bytes(of: "sec-websocket-key")
        guard keys.count == 1, isKey(keys[0]) else {
            throw Refusal("There is not one Sec-WebSocket-Key with 16 bytes in Base64")
        }
        var headers = upgrade
        headers.append("Sec-WebSocket-Accept", answer(to: keys[0]))
        return headers
    }

    private static var upgrade: Headers {
        var headers = Headers()
        headers.append("Upgrade", "websocket")
        headers.append("Connection", "Upgrade")
        return headers
    }

    /// Of another version, the client hears which one it is (section 4.4).
    private static func checkVersion(_ head: RequestHead) throws(Refusal) {
        let versions = head.headers.bytes(of: "sec-websocket-version")
        guard versions.count == 1 else { throw Refusal("There is not one Sec-WebSocket-Version") }
        guard versions[0].elementsEqual(version.utf8) else {
            var headers = upgrade
            headers.append("Sec-WebSocket-Version", version)
            throw Refusal("The version of WebSocket is not \(version)", status: 426, headers)
        }
    }

    private static func isKey(_ key: [UInt8]) -> Bool { Data(base64Encoded: Data(key))?.count == 16 }

    /// Section 4.2.2, 5.4.
    private static func answer(to key: [UInt8]) -> String {
        let digest = SHA1.digest(of: key + Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
        return Data(digest).base64EncodedString()
    }
}
