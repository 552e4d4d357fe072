/// An attach stream, read as a whole: the bytes of each stream, and how it ends.
struct NaiveFrames: Equatable {
    /// What has come on stdin, stdout and stderr, and from the daemon.
    var streams: [[UInt8]] = [[], [], [], []]
    var malformed: [UInt8]?
    var isAtBoundary = true

    init() {}

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let header = Array(rest.prefix(8))
            isAtBoundary = false
            guard header.count == 8 else { return }
            guard header[0] <= 3, header[1] == 0, header[2] == 0, header[3] == 0 else {
                malformed = header
                return
            }
            rest = rest.dropFirst(8)
            let length = Int(header[4]) << 24 + Int(header[5]) << 16 + Int(header[6]) << 8 + Int(header[7])
            let content = rest.prefix(length)
            streams[Int(header[0])] += content
            rest = rest.dropFirst(length)
            isAtBoundary = content.count == length
        }
    }
}
