/// What one waiting container takes of the Engine's memory. Its image says so by a label, which it inherits.
package enum WaitingMemory {
    static let label: StaticString = "docker-run.waiting-memory"
    /// Bytes, where the image says nothing, or less. A process that waits on its stdin, its shim, and what the daemon keeps for
    /// them have been measured to be 4 MiB; a runner that is not code-runner may be larger.
    package static let usual = 8 << 20
    /// Bytes that a run has to be allowed beside what waits: for what a program adds, and for the kernel to count by pages.
    static let room = 32 << 20
    /// No machine has more: a terabyte. So no sum of these overflows.
    private static let most = 1 << 40

    /// Bytes, if the label's text is a number of them that says more than what is usual. It comes from whoever made the image.
    static func said(_ text: String) -> Int? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let bytes = Int(text) else { return nil }
        return bytes > usual && bytes <= most ? bytes : nil
    }
}

extension ContainerInspection {
    /// What the image says that each of its containers takes while it waits.
    func waitingMemory() throws(DockerError) -> Int? { try label(WaitingMemory.label).flatMap(WaitingMemory.said) }
}
