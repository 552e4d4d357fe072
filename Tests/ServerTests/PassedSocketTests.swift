import Glibc
import Testing

@testable import Server

struct PassedSocketTests {
    /// A socket that is closed with the object.
    private final class Socket {
        let descriptor: Int32

        init(_ family: Int32, _ kind: __socket_type, listens: Bool = false) {
            descriptor = socket(family, Int32(kind.rawValue), 0)
            // Listening binds a TCP socket to a port that the kernel chooses; the address is the wildcard then.
            if listens { listen(descriptor, 1) }
        }

        deinit { close(descriptor) }
    }

    private func passed(_ descriptor: Int32, _ variables: [String: String] = [:]) throws -> PassedSocket? {
        let all = ["LISTEN_PID": "42", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "x"].merging(variables) { $1 }
        return try PassedSocket(all, process: 42, descriptor: descriptor)
    }

    @Test(arguments: [(AF_INET, "0.0.0.0"), (AF_INET6, "::")])
    func `a TCP socket that listens is taken, with its address and port`(_ family: Int32, _ address: String) throws {
        let socket = Socket(family, SOCK_STREAM, listens: true)
        let passed = try #require(try passed(socket.descriptor))
        #expect(passed.descriptor == socket.descriptor)
        #expect(passed.address == address)
        #expect((1...65535).contains(passed.port))
        #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        #expect(fcntl(socket.descriptor, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test func `nothing is taken that was passed to another process, or not passed at all`() throws {
        let socket = Socket(AF_INET, SOCK_STREAM, listens: true)
        #expect(try passed(socket.descriptor, ["LISTEN_PID": "43"]) == nil)
        #expect(try passed(socket.descriptor, ["LISTEN_FDS": "0"]) == nil)
        #expect(try PassedSocket([:], descriptor: socket.descriptor) == nil)
        #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC == 0)
    }

    @Test(arguments: ["2", "-1", "one", ""])
    func `more than one socket is a failure, and so is a number that is none`(_ count: String) {
        #expect(throws: Failure.self) { try passed(0, ["LISTEN_FDS": count]) }
    }

    @Test func `what is no TCP socket that listens is a failure`() {
        let sockets = [
            Socket(AF_INET, SOCK_STREAM), Socket(AF_INET, SOCK_DGRAM), Socket(AF_UNIX, SOCK_STREAM, listens: true),
        ]
        for socket in sockets {
            #expect(throws: Failure.self) { try passed(socket.descriptor) }
        }
        let file = open("/dev/null", O_RDONLY)
        #expect(throws: Failure.self) { try passed(file) }
        close(file)
        #expect(throws: Failure.self) { try passed(1_000_000) }
    }
}
