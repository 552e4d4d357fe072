/// One row of the table from environment variables to configuration: the only place that knows a variable's name,
/// default, meaning and field.
struct EnvironmentVariable: Sendable {
    let name: String
    let fallback: Fallback
    let summary: String
    /// A secret is never printed.
    let isSecret: Bool
    let apply: @Sendable (String, inout Settings) throws(InvalidValue) -> Void

    /// What holds where the variable is not set.
    enum Fallback: Sendable, Equatable {
        case required
        /// Parsed like a value that was set.
        case value(String)
        /// The field keeps its initial value; the text says what that means.
        case none(String)
    }

    init<Value>(
        _ name: String, _ fallback: Fallback, _ summary: String, secret: Bool = false,
        _ field: any WritableKeyPath<Settings, Value> & Sendable,
        _ parse: @escaping ValueParser.Parser<Value>
    ) {
        self.name = name
        self.fallback = fallback
        self.summary = summary
        self.isSecret = secret
        self.apply = { (text, settings) throws(InvalidValue) in
            settings[keyPath: field] = try parse(text)
        }
    }
}
