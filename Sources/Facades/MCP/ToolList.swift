internal import DockerRun

/// What the tools are and take, as a model reads it.
enum ToolList {
    /// The answer to `tools/list`. Its order stays the same: what models have cached counts on that.
    static func json(_ languages: [Language], _ limits: FacadeLimits, _ server: ServerInfo) -> [UInt8] {
        let shared = sharedProperties(languages, limits)
        return Array(
            #"{"tools":[\#(runCode(shared)),\#(runTests(shared))],\#(ServerInfo.caching),\#(server.ofResult)}"#.utf8)
    }

    private static func runCode(_ shared: String) -> String {
        #"""
        {"name":"\#(Tool.runCode.rawValue)","title":"Run code in a sandbox",\#
        "description":"Runs a program once, in a fresh container, and says what it printed, how it ended, and how long it \#
        took. A program that fails is a result. Long outputs lose their middle.",\#
        "inputSchema":{"type":"object","required":["language","code"],"additionalProperties":false,"properties":{\#(shared),\#
        "stdin":{"type":"string","description":"What the program reads."},\#
        "args":{"type":"array","items":{"type":"string"},"description":"Its arguments."},\#
        "outputs":{"type":"array","items":{"type":"string"},"description":"Names and patterns (*, ?, **) of files that it \#
        writes into its directory, to get them back: pictures as pictures."}}},\#
        "outputSchema":{"type":"object","required":["stdout","stderr","exit_code","timed_out","truncated"],\#
        "properties":{\#(resultProperties),"build":{"type":"object"},"files":{"type":"array","items":{"type":"object"}}}},\#
        \#(annotations)}
        """#
    }

    private static func runTests(_ shared: String) -> String {
        #"""
        {"name":"\#(Tool.runTests.rawValue)","title":"Run code on several inputs",\#
        "description":"Builds a program once and runs it on each input, in one container, where each run finds the same \#
        files; compares outputs with those expected, white space at the ends of lines aside.",\#
        "inputSchema":{"type":"object","required":["language","code","tests"],"additionalProperties":false,\#
        "properties":{\#(shared),"tests":{"type":"array","minItems":1,"maxItems":200,"items":{"type":"object",\#
        "additionalProperties":false,"properties":{"stdin":{"type":"string"},\#
        "args":{"type":"array","items":{"type":"string"}},"expected":{"type":"string"}}}},\#
        "stop_on_failure":{"type":"boolean","description":"Skip the tests behind the first that fails."}}},\#
        "outputSchema":{"type":"object","required":["passed","failed","tests"],"properties":{\#
        "passed":{"type":"integer"},"failed":{"type":"integer"},"skipped":{"type":"integer"},"error":{"type":"string"},"build":{"type":"object"},\#
        "tests":{"type":"array","items":{"type":"object","properties":{\#(resultProperties),\#
        "passed":{"type":"boolean"},"skipped":{"type":"boolean"}}}}}},\#(annotations)}
        """#
    }

    private static func sharedProperties(_ languages: [Language], _ limits: FacadeLimits) -> String {
        let names = languages.isEmpty ? "" : ",\"enum\":\(JSONText.text(languages.map(\.language)))"
        let versions = languages.map { language in
            ([language.language] + [language.version].compactMap(\.self)).joined(separator: " ")
        }
        return #"""
            "language":{"type":"string"\#(names),"description":\#(JSONText.text(versions.joined(separator: ", ")))},\#
            "code":{"type":"string","description":"The main file."},\#
            "files":{"type":"array","description":"Further files.","items":{"type":"object","required":["name","content"],\#
            "additionalProperties":false,"properties":{"name":{"type":"string"},"content":{"type":"string"},\#
            "encoding":{"enum":["utf8","base64"]}}}},\#
            "timeout_seconds":{"type":"number","exclusiveMinimum":0,"maximum":\#(JSONText.text(limits.executionTime)),\#
            "description":"Of the program, or of each test; the whole call has no more than the maximum."}
            """#
    }

    private static let resultProperties = #"""
        "stdout":{"type":"string"},"stderr":{"type":"string"},"exit_code":{"type":["integer","null"]},\#
        "signal":{"type":["string","null"]},"timed_out":{"type":"boolean"},"truncated":{"type":"boolean"},\#
        "limit":{"type":"string"},"error":{"type":"string"},"duration_ms":{"type":"number"},\#
        "memory_bytes":{"type":"integer"}
        """#

    /// What is destroyed is the container's own. Whether there is a network is the operator's to say; by default there is none.
    private static let annotations = #"""
        "annotations":{"readOnlyHint":false,"destructiveHint":false,"idempotentHint":false,"openWorldHint":false}
        """#
}
