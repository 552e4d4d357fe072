import Foundation
import Testing

@testable import HTTP

extension IntegrationTests.WithoutEngine {
    /// Where a server listens.
    @Suite struct Listening {
        private static let hasIPv6 = (try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8)) != nil

        @Test(.enabled(if: hasIPv6)) func `all addresses of IPv6 are all of IPv4 too, whatever the kernel's default`()
            throws
        {
            let descriptor = try SocketAddress(address: "::", port: 0).bind()
            defer { close(descriptor) }
            try #require(listen(descriptor, 1) == 0)
            var value: Int32 = -1
            var length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &value, &length)
            #expect(value == 0)
            let bound = try #require(SocketAddress(of: descriptor))
            #expect(bound.address == "::")
            // Over IPv4.
            _ = try TestClient(.port(bound.port))
        }

        @Test func `an address that cannot be listened on is a fault that names it`() throws {
            for (address, port) in [("192.0.2.1", 80), ("2001:db8::1", 80)] {
                let wanted = SocketAddress(address: address, port: port)
                #expect {
                    _ = try wanted.bind()
                } throws: { error in
                    "\(error)".hasPrefix("cannot listen on \(wanted): ")
                }
            }
        }

        @Test func `a port that is taken is a fault that says so`() throws {
            let listener = try Listener()
            #expect {
                _ = try SocketAddress(address: "127.0.0.1", port: listener.port).bind()
            } throws: { error in
                "\(error)" == "cannot listen on 127.0.0.1:\(listener.port): Address already in use"
            }
        }
    }
}
