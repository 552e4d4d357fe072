/// How much a container may take: these names are the same in "Create a container" and in "Update a container".
struct ContainerResources: Encodable, Equatable {
    let memory: Int
    /// Memory and swap together: the same, so that there is no swap.
    let memorySwap: Int
    let pidsLimit: Int
    /// Nil sets no limit.
    let nanoCpus: Int?

    /// - Parameter limits: of one run, which are lower; nil leaves the settings'.
    init(_ settings: ContainerSettings, _ limits: RunLimits) {
        memory = limits.memory ?? settings.memory
        memorySwap = memory
        pidsLimit = limits.pids ?? settings.pidsLimit
        nanoCpus = limits.nanoCPUs ?? settings.nanoCPUs
    }
}
