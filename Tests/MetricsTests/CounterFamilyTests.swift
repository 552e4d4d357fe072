import Metrics
import Testing

struct CounterFamilyTests {
    @Test func `each key has a count of its own`() {
        let family = CounterFamily<String>()
        for key in ["a", "b", "a"] { family.increment(key) }
        #expect(family.values == ["a": 2, "b": 1])
    }

    @Test func `no count of any thread is lost`() async {
        let family = CounterFamily<Int>()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for index in 0..<1000 { family.increment(index % 2) } } }
        }
        #expect(family.values == [0: 4000, 1: 4000])
    }
}
