/// What came of a run, and how long each part of it took.
public struct RunReport: Sendable {
    /// The object that the container printed, byte for byte.
    public var result: Result<ArraySlice<UInt8>, RunError>
    public var timings: RunTimings
    /// The container's name, if there was one.
    public var container: String?
}
