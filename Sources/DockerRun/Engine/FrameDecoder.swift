/// Splits an attach stream into its frames (Docker Engine API, "Attach to a container", "Stream format"): a header of
/// eight bytes (the stream, three zeros, the length as a big-endian 32-bit number), then as many bytes.
///
/// Takes the stream in any pieces and passes the frames' bytes on as they come, so that no memory is ever taken for a
/// length that was only announced.
struct FrameDecoder {
    enum Stream: UInt8 {
        case stdin, stdout, stderr
        /// Not documented: the daemon's own words when something goes wrong while it copies (moby's `Systemerr`).
        case daemon
    }

    struct MalformedFrame: Error, Equatable {
        let header: [UInt8]
    }

    private var header: [UInt8] = []
    private var stream = Stream.stdout
    private var remaining = 0

    /// True between frames: a stream that ends elsewhere has been cut off.
    var isAtBoundary: Bool { header.isEmpty && remaining == 0 }

    /// - Parameter frame: called with each piece of a frame: its stream, its bytes, and how many bytes of that frame
    ///   are still to come.
    mutating func decode<Failure: Error>(
        _ bytes: UnsafeRawBufferPointer,
        frame: (Stream, UnsafeRawBufferPointer, _ announced: Int) throws(Failure) -> Void
    ) throws(DecodingFailure<Failure>) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if remaining == 0 {
                header.append(rest.removeFirst())
                if header.count == 8 {
                    do { try readHeader() } catch { throw .malformed(error) }
                }
            } else {
                let piece = rest.prefix(remaining)
                remaining -= piece.count
                rest = rest.dropFirst(piece.count)
                do throws(Failure) {
                    try frame(stream, UnsafeRawBufferPointer(rebasing: piece), remaining)
                } catch {
                    throw .refused(error)
                }
            }
        }
    }

    private mutating func readHeader() throws(MalformedFrame) {
        guard let stream = Stream(rawValue: header[0]), header[1...3].allSatisfy({ $0 == 0 }) else {
            throw MalformedFrame(header: header)
        }
        self.stream = stream
        remaining = header[4...].reduce(0) { $0 << 8 | Int($1) }
        header.removeAll(keepingCapacity: true)
    }

    /// Why decoding stopped: the stream is malformed, or its receiver refused a piece.
    enum DecodingFailure<Failure: Error>: Error {
        case malformed(MalformedFrame)
        case refused(Failure)
    }
}
