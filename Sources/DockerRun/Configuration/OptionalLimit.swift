/// Something that keeps containers apart or small, and that some Engines cannot do.
public enum OptionalLimit: String, Sendable, CaseIterable {
    case memory, swap, pids, cpus, runtime
}
