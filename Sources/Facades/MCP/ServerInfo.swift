/// What this server says of itself.
struct ServerInfo {
    /// JSON.
    private let info: String

    init(version: String) {
        info = #"{"name":"docker-run","title":"docker-run","version":\#(JSONText.text(version))}"#
    }

    private static let instructions = JSONText.text(
        "Runs programs, each in a container of its own, which is thrown away: nothing stays from one call to the next. "
            + "There is no network unless the operator gives one. Files go in by \"files\" and come back by \"outputs\"."
    )

    /// What every result has in the revision of 2026-07-28; members that older clients do not know do no harm.
    var ofResult: String {
        #""resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":\#(info)}"#
    }

    /// How long clients may keep what seldom changes, in milliseconds.
    static let caching = #""ttlMs":60000,"cacheScope":"private""#

    var discovery: [UInt8] {
        Array(
            #"""
            {"supportedVersions":["\#(ProtocolEra.modernVersion)"],"capabilities":{"tools":{}},"serverInfo":\#(info),\#
            "instructions":\#(Self.instructions),\#(Self.caching),\#(ofResult)}
            """#.utf8)
    }

    /// - Parameter asked: by the client; it gets another if that is not known.
    func initialization(_ asked: String?) -> [UInt8] {
        let version = ProtocolEra.legacyVersions.first { $0.utf8.elementsEqual((asked ?? "").utf8) }
        return Array(
            #"""
            {"protocolVersion":"\#(version ?? ProtocolEra.legacyVersions[0])","capabilities":{"tools":{}},\#
            "serverInfo":\#(info),"instructions":\#(Self.instructions)}
            """#.utf8)
    }
}
