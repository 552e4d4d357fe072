/// What a run may use before the server's own limits would end it without a result.
struct Limits {
    /// Bytes of the result, as it is printed.
    var output = 1_000_000
    /// For everything together, builds included; nil sets no limit.
    var time: Duration?

    /// Under which a result might not fit: with the longest of all numbers and messages it takes some 600 bytes, and the
    /// six lines in the outputs that say how much was left out take 50 each.
    static let leastOutput = 1024

    /// - Throws: ``Failure`` if what has to be told of so many tests might not fit.
    func checkRoom(forTests count: Int) throws(Failure) {
        let least = Self.leastOutput + TestResults.leastLengthOfAll + count * TestResults.leastLength
        guard output >= least else {
            throw Failure("\(count) tests need \(least) bytes for their result, and there are \(output) (outputSize)")
        }
    }

    /// With what the server says: it may lower them, and raise them where people are waited for.
    ///
    /// - Throws: ``Failure`` if the server leaves no room for a result, or no time.
    func adapted(to other: Payload.ServerInstructions?) throws(Failure) -> Limits {
        let mayRaise = other?.interactive ?? false
        var limits = self
        if let bytes = other?.maxOutput {
            guard bytes >= Self.leastOutput else {
                throw Failure("cannot read the payload: \"docker-run.maxOutput\" is below \(Self.leastOutput)")
            }
            limits.output = mayRaise ? bytes : min(output, bytes)
        }
        if let milliseconds = other?.maxTime {
            guard milliseconds > 0 else {
                throw Failure("cannot read the payload: \"docker-run.maxTime\" is not above 0")
            }
            let other = Duration.milliseconds(milliseconds)
            limits.time = mayRaise ? other : min(time ?? other, other)
        }
        return limits
    }
}
