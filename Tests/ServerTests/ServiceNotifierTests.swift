import Glibc
import Testing

@testable import Server

struct ServiceNotifierTests {
    @Test(arguments: [
        (["WATCHDOG_USEC": "30000000"], 15.0), (["WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "42"], 0.5),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"], nil), (["WATCHDOG_USEC": "0"], nil),
        (["WATCHDOG_USEC": "-1"], nil), (["WATCHDOG_USEC": "soon"], nil), ([:], nil),
    ])
    func `signs of life come twice in the time that the watchdog waits`(
        _ watchdog: [String: String], _ interval: Double?
    ) {
        let notifier = ServiceNotifier(watchdog.merging(["NOTIFY_SOCKET": "@x"]) { $1 }, process: 42)
        #expect(notifier.aliveInterval == interval)
    }

    @Test(arguments: ["", "notify", "vsock:2:1234", "/" + String(repeating: "x", count: 200)])
    func `what is no address of a unix socket is sent nothing`(_ name: String) {
        let notifier = ServiceNotifier(["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000000"])
        #expect(notifier.aliveInterval == nil)
        notifier.send(.ready)
    }

    @Test func `the variables of the service manager are taken out of the environment`() {
        setenv("DOCKER_RUN_TEST_VARIABLE", "value", 1)
        let taken = ServiceVariables.take(["DOCKER_RUN_TEST_VARIABLE", "NO_SUCH_VARIABLE"])
        #expect(taken == ["DOCKER_RUN_TEST_VARIABLE": "value"])
        #expect(getenv("DOCKER_RUN_TEST_VARIABLE") == nil)
    }
}
