/// The head of an answer, as it goes over the wire (RFC 9112, sections 4 and 6).
struct ResponseHead {
    let response: Response
    let requestID: String
    /// Of the request: HTTP/1.0 or HTTP/1.1.
    let minorVersion: Int
    /// The connection ends with this answer.
    let closes: Bool
    /// See ``HTTPDate``.
    let date: [UInt8]

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(response.headers.lines.count + 192)
        bytes += "HTTP/1.\(minorVersion) \(response.status) \(Response.reason(response.status))\r\n".utf8
        bytes += response.headers.lines
        bytes += "X-Request-Id: \(requestID)\r\n".utf8
        switch response.body {
        case .bytes(let body) where response.canHaveBody: bytes += "Content-Length: \(body.count)\r\n".utf8
        case .stream where minorVersion > 0: bytes += "Transfer-Encoding: chunked\r\n".utf8
        // The end of the connection is the end of the body, or there is none.
        case .bytes, .stream, .tunnel: break
        }
        bytes += "Date: ".utf8
        bytes += date
        bytes += "\r\n".utf8
        if case .tunnel = response.body {
            // The endpoint's own Connection says what to.
        } else if closes {
            bytes += "Connection: close\r\n".utf8
        } else if minorVersion == 0 {
            bytes += "Connection: keep-alive\r\n".utf8
        }
        bytes += "\r\n".utf8
        return bytes
    }
}
