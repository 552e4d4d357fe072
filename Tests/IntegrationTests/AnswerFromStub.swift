import TestSupport

/// A server's answer to a run on an Engine that the stub plays.
func answerFromStub(
    _ reply: @escaping @Sendable (String, String) -> StubDaemon.Reply?
) throws -> TestClient.Response {
    let daemon = StubDaemon(reply)
    let server = try ServerUnderTest([
        "DOCKER_UNIX_SOCKET_PATH": daemon.path, "DOCKER_UNIX_SOCKET_READ_TIMEOUT": "1",
        "RUN_MAX_EXECUTION_TIME": "5", "RUN_MAX_OUTPUT_SIZE": "1024",
    ])
    return try server.post(#"{"image":"any","payload":{}}"#)
}

func answerFromStub(stream bytes: [UInt8]) throws -> TestClient.Response {
    try answerFromStub { _, path in path.contains("/attach") ? StubDaemon.stream(bytes) : nil }
}
