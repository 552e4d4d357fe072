/// A value that is for the event loop's thread only, in the hands of others: they can post to it and let go of it.
///
/// `@unchecked Sendable`: the value is reached on the loop's thread only, which ``EventLoop`` asserts.
struct LoopBound<Value>: @unchecked Sendable {
    private let loop: EventLoop
    private let value: Value

    init(_ value: Value, _ loop: EventLoop) {
        self.value = value
        self.loop = loop
    }

    func post(_ body: @escaping @Sendable (Value) -> Void) {
        loop.post {
            loop.assertIsCurrent()
            body(value)
        }
    }
}
