internal import CProcess

/// Of a pseudo-terminal, in characters.
struct TerminalSize: Decodable, Equatable {
    let columns: UInt16
    let rows: UInt16
}

/// The two sides of a pseudo-terminal, pty(7), neither of which a child inherits by accident.
struct PseudoTerminal: ~Copyable {
    /// It does not block.
    var ours: Descriptor
    /// What a program has as its terminal.
    var program: Descriptor

    init(_ size: TerminalSize) throws(Failure) {
        var other: Int32 = -1
        let number = process_open_terminal(size.columns, size.rows, &other)
        guard number >= 0 else { throw .system("open a terminal") }
        ours = Descriptor(owning: number)
        program = Descriptor(owning: other)
    }
}
