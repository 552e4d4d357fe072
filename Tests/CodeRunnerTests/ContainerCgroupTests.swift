import Testing

@testable import CodeRunner

struct ContainerCgroupTests {
    @Test(arguments: [
        ("low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 1\n", 2),
        ("oom_kill_disable 0\nunder_oom 0\noom_kill 7\n", 7), ("oom_kill 5", 5),
        // Before Linux 4.13 there is no count.
        ("oom_kill_disable 0\nunder_oom 0\n", nil), ("", nil), ("oom_kill \n", nil),
    ])
    func `kills are read from both versions of cgroups`(_ text: String, _ kills: Int?) {
        #expect(ContainerCgroup.count("oom_kill", in: Array(text.utf8)) == kills)
    }

    @Test func `refused processes are read`() {
        #expect(ContainerCgroup.count("max", in: Array("max 3\n".utf8)) == 3)
    }

    @Test(arguments: [
        ("134217728\n", 134_217_728), ("max\n", nil), ("9223372036854771712\n", nil), ("", nil),
    ])
    func `a limit is a number of bytes, or none`(_ text: String, _ limit: Int?) {
        #expect(ContainerCgroup.bytes(Array(text.utf8)) == limit)
    }
}
