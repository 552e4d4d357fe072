/// Those who wait, in the order in which they began to. Each can step out of the line, at the same small cost.
struct WaitingLine<Element: AnyObject> {
    /// An element's place, which the element owns: it has to step out before it goes.
    final class Place {
        unowned let element: Element
        fileprivate var next: Place?
        /// Unsafe, for speed: it is in the line, which holds it, for as long as this one is behind it.
        fileprivate unowned(unsafe) var previous: Place?
        fileprivate var isTaken = false

        init(_ element: Element) {
            self.element = element
        }
    }

    private var head: Place?
    /// Unsafe, for speed: nil as soon as nobody is in the line.
    private unowned(unsafe) var tail: Place?

    /// Who has waited longest.
    var first: Element? { head?.element }

    /// Lets an element wait from now on, wherever it stood before.
    mutating func append(_ place: Place) {
        remove(place)
        place.isTaken = true
        place.previous = tail
        if let tail { tail.next = place } else { head = place }
        tail = place
    }

    mutating func remove(_ place: Place) {
        guard place.isTaken else { return }
        place.isTaken = false
        if let previous = place.previous { previous.next = place.next } else { head = place.next }
        if let next = place.next { next.previous = place.previous } else { tail = place.previous }
        place.next = nil
        place.previous = nil
    }
}
