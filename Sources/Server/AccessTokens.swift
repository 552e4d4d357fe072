internal import Logging
internal import Synchronization

/// The tokens that open the routes which need one. Several are good at once, so that clients can change from one to the
/// next, and they can be read anew while the server runs.
final class AccessTokens: Sendable {
    private let tokens: Mutex<[[UInt8]]>
    private let file: AccessTokenFile?

    init(_ settings: ServerSettings) {
        tokens = Mutex(settings.accessTokens.map { Array($0.utf8) })
        file = settings.accessTokenFile.map { AccessTokenFile($0) }
    }

    /// Takes the same time wherever the first difference is, and whichever of the tokens it is.
    func contains(_ token: [UInt8]?) -> Bool {
        guard let token else { return false }
        return tokens.withLock { tokens in
            tokens.reduce(false) { found, known in
                let isEqual = Self.areEqual(token, known)
                return isEqual || found
            }
        }
    }

    /// Reads the file again. If something is wrong with it, the tokens stay as they are.
    func reload(_ logger: Logger) {
        guard let file else {
            logger.warning("API_ACCESS_TOKEN_FILE is not set: there is nothing to reload")
            return
        }
        do {
            let new = try file.tokens().map { Array($0.utf8) }
            tokens.withLock { $0 = new }
            logger.notice("access tokens reloaded", metadata: ["file": "\(file.path)", "count": "\(new.count)"])
        } catch {
            for fault in error.descriptions { logger.error("the access tokens stay as they were: \(fault)") }
        }
    }

    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(0) { differences, pair in differences | (pair.0 ^ pair.1) } == 0
    }
}
