internal import CProcess
internal import Glibc

/// The contents of files, one after the other, in a file without a name. Programs do not come to it: it can only be opened
/// through a process that is not dumpable, proc(5).
struct SnapshotStorage: ~Copyable {
    /// Where the content of a file is.
    struct Place {
        let offset: Int
        let size: Int
    }

    /// There is no room for another file.
    struct Full: Error {}

    private let file: Descriptor
    /// Bytes that there is room for.
    private let room: Int
    private var used = 0

    private static let maximum = 1 << 30

    /// In a directory; nil if no file can be made there.
    init?(in directory: String) {
        var template = Array("\(directory)/.code-runner-XXXXXX".utf8CString)
        let number = mkstemp(&template)
        guard number >= 0 else { return nil }
        unlink(template)
        file = Descriptor(owning: number)
        var status = statvfs()
        let free = fstatvfs(number, &status) == 0 ? Int(clamping: status.f_bavail * status.f_frsize) : 0
        room = min(free, process_is_in_memory(number) ? Self.memoryRoom : Self.maximum)
    }

    /// In memory; nil if there is no such thing.
    init?() {
        let number = process_memory_file()
        guard number >= 0 else { return nil }
        file = Descriptor(owning: number)
        room = Self.memoryRoom
    }

    /// What the container has left, but for some that programs and the result need.
    private static var memoryRoom: Int {
        guard let cgroup = ContainerCgroup.current, let limit = cgroup.limit, let used = cgroup.memoryInUse else {
            return maximum
        }
        return min(maximum, max(0, limit - used - limit / 4))
    }

    /// - Throws: ``Full``, also if the file cannot be read to its end in time.
    mutating func append(
        _ source: borrowing Descriptor, size: Int, until deadline: ContinuousClock.Instant?
    ) throws(Full) -> Place {
        let place = Place(offset: used, size: size)
        guard size <= room - used, lseek(file.number, off_t(used), SEEK_SET) >= 0 else { throw Full() }
        guard Self.copy(source, to: file, size, until: deadline) else { throw Full() }
        used += size
        return place
    }

    /// Whether a file has this content and no other, as far as there is time to see it.
    func isContent(
        of other: borrowing Descriptor, at place: Place, until deadline: ContinuousClock.Instant?
    ) -> Bool {
        var (mine, theirs) = (Self.buffer, Self.buffer)
        var compared = 0
        while compared < place.size {
            let wanted = min(mine.count, place.size - compared)
            guard !deadline.isOver, pread(file.number, &mine, wanted, off_t(place.offset + compared)) == wanted,
                pread(other.number, &theirs, wanted, off_t(compared)) == wanted,
                memcmp(mine, theirs, wanted) == 0
            else { return false }
            compared += wanted
        }
        return true
    }

    /// - Returns: whether all of it was written.
    func write(
        _ place: Place, to target: borrowing Descriptor, until deadline: ContinuousClock.Instant?
    ) -> Bool {
        lseek(file.number, off_t(place.offset), SEEK_SET) >= 0
            && Self.copy(file, to: target, place.size, until: deadline)
    }

    private static func copy(
        _ source: borrowing Descriptor, to target: borrowing Descriptor, _ size: Int,
        until deadline: ContinuousClock.Instant?
    ) -> Bool {
        var bytes = buffer
        var left = size
        while left > 0 {
            let count = read(source.number, &bytes, min(bytes.count, left))
            guard !deadline.isOver, count > 0, Glibc.write(target.number, bytes, count) == count else { return false }
            left -= count
        }
        return true
    }

    private static var buffer: [UInt8] { [UInt8](repeating: 0, count: 65536) }
}
