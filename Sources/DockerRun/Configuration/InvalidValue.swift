/// Why the text of a variable is not a value of its kind, worded to follow the variable's name.
struct InvalidValue: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
