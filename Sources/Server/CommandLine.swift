internal import ArgumentParser
internal import DockerRun

/// What may be said on the command line; everything else comes from environment variables.
struct Options: ParsableArguments {
    @Flag(help: "Check the environment variables, report every fault, and exit.")
    var checkConfig = false

    @Flag(help: "Print every variable with the value in force, the token hidden, and exit.")
    var printConfig = false

    /// Every variable with its default, for `--help`.
    static var discussion: String {
        let rows = EnvironmentVariable.all.map { variable in
            let fallback =
                switch variable.fallback {
                case .required: "required"
                case .value(let value): value.isEmpty ? "default: empty" : "default: \(value)"
                case .none(let meaning): "if not set: \(meaning)"
                }
            return "  \(variable.name)\n      \(variable.summary)\n      (\(fallback))"
        }
        return "It is configured by environment variables:\n\n" + rows.joined(separator: "\n")
    }
}
