import Glibc
package import Testing

/// Waits for a condition that somebody else brings about.
package func eventually(
    _ what: @autoclosure () -> Comment, within seconds: Double = 30, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool
) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        try #require(ContinuousClock.now < end, what(), sourceLocation: sourceLocation)
        usleep(20_000)
    }
}
