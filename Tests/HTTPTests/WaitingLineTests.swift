import TestSupport
import Testing

@testable import HTTP

struct WaitingLineTests {
    private final class Customer {
        let name: Int
        private(set) lazy var place = WaitingLine<Customer>.Place(self)

        init(_ name: Int) { self.name = name }
    }

    @Test func `whoever came first is first, however others come and go`() {
        var line = WaitingLine<Customer>()
        var model: [Int] = []
        let customers = (0..<50).map(Customer.init)
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let customer = customers.randomElement(using: &random) ?? customers[0]
            model.removeAll { $0 == customer.name }
            if Bool.random(using: &random) {
                line.append(customer.place)
                model.append(customer.name)
            } else {
                line.remove(customer.place)
            }
            #expect(line.first?.name == model.first)
        }
        while let first = line.first {
            #expect(first.name == model.removeFirst())
            line.remove(first.place)
        }
        #expect(model.isEmpty)
    }
}
