internal import Bytes
internal import HTTP

/// `GET /playground`, a page for people, which runs programs by the routes that are there for everybody, and the files
/// that it consists of. They are compiled in, and have nothing secret: who runs something has to know a token.
struct PlaygroundEndpoint: Endpoint {
    let response: Response

    static func routes(_ access: Access) -> [Route] {
        [access.open(.get, "/playground", PlaygroundEndpoint(PackageResources.page_html, "text/html"))]
            + files.map { name, bytes in
                let type = name.utf8.ends(with: ".css") ? "text/css" : "text/javascript"
                return access.open(.get, PathPattern("/playground/\(name)"), PlaygroundEndpoint(bytes, type))
            }
    }

    private static let files = [
        ("access.js", PackageResources.access_js), ("ask.js", PackageResources.ask_js),
        ("bytes.js", PackageResources.bytes_js), ("editor.js", PackageResources.editor_js),
        ("events.js", PackageResources.events_js), ("keyboard.js", PackageResources.keyboard_js),
        ("link.js", PackageResources.link_js), ("listener.js", PackageResources.listener_js),
        ("page.js", PackageResources.page_js), ("result.js", PackageResources.result_js),
        ("samples.js", PackageResources.samples_js), ("screen.js", PackageResources.screen_js),
        ("server.js", PackageResources.server_js), ("style.css", PackageResources.style_css),
        ("style.js", PackageResources.style_js), ("terminal.js", PackageResources.terminal_js),
        ("theme.js", PackageResources.theme_js),
    ]

    /// Scripts and styles are files of this server and nothing else, so that text which gets into the page as markup
    /// does nothing; nor can texts become markup or scripts (Trusted Types). Pictures are those that programs make, and
    /// the page's own icon. Nothing is sent elsewhere, and no other page can frame this one.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src blob: data:", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ].joined(separator: "; ")

    private init(_ bytes: [UInt8], _ type: String) {
        var response = Response(contentType: "\(type); charset=utf-8", .bytes(bytes[...]))
        for (name, value) in [
            ("Content-Security-Policy", Self.policy), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            // Of one version of the server, not of the one before.
            ("Cache-Control", "no-cache"),
        ] {
            response.headers.append(name, value)
        }
        self.response = response
    }

    func respond(to request: Request, _ responder: Responder) -> Answer {
        .now(response)
    }
}
