internal import Glibc

/// What the service manager says to this process in environment variables.
enum ServiceVariables {
    /// Takes the variables out of the environment: they are for this process, and for nobody that it may start. To be
    /// called before there are other threads, which might read the environment meanwhile (unsetenv(3)).
    static func take(_ names: [String]) -> [String: String] {
        var values: [String: String] = [:]
        for name in names {
            guard let value = getenv(name) else { continue }
            values[name] = String(cString: value)
            unsetenv(name)
        }
        return values
    }
}
