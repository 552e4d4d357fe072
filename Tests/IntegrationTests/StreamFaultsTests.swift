import TestSupport
import Testing

extension IntegrationTests.WithoutEngine {
    /// What does not come over the stream of a real container on demand.
    @Suite(.serialized) struct StreamFaults {
        @Test func `bytes that come together with the head of the attach answer belong to the stream`() throws {
            // The stub sends head and frames in one piece, also where the frame is cut.
            let frames = StubDaemon.frame(1, #"{"a":"#) + StubDaemon.frame(1, "1}")
            #expect(try answerFromStub(stream: frames).text == #"{"a":1}"#)
        }

        @Test(arguments: [true, false])
        func `what is on stderr when the object is complete makes it worthless`(_ isFirst: Bool) throws {
            let (object, warning) = (StubDaemon.frame(1, #"{"a":1}"#), StubDaemon.frame(2, "but"))
            let answer = try answerFromStub(stream: isFirst ? warning + object : object + warning)
            #expect(answer.status == 500)
            #expect(answer.errorCode == "coderunner.stderr")
        }

        @Test func `frames on stdin are coderunner.stdin`() throws {
            let answer = try answerFromStub(stream: StubDaemon.frame(0, "what?"))
            #expect(answer.status == 500)
            #expect(answer.errorCode == "coderunner.stdin")
            #expect(answer.message == "Code runner returned unexpected stdin data: what?")
        }

        @Test(arguments: [
            StubDaemon.frame(4, "x"), [1, 0, 1, 0, 0, 0, 0, 1, 0x78], [255, 255, 255, 255, 255, 255, 255, 255],
        ])
        func `a malformed frame is docker.container.stream.read`(_ frame: [UInt8]) throws {
            let answer = try answerFromStub(stream: frame)
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.stream.read")
        }

        @Test func `the daemon's own words in a stream are docker.container.stream.read, and told`() throws {
            let answer = try answerFromStub(stream: StubDaemon.frame(1, #"{"a":"#) + StubDaemon.frame(3, "copy failed"))
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.stream.read")
            #expect(answer.message.hasSuffix("the Docker daemon says: copy failed"))
        }

        @Test(arguments: [1, 4, 7, 9, 14])
        func `a stream that ends within a frame is docker.container.stream.read`(_ length: Int) throws {
            let answer = try answerFromStub(stream: Array(StubDaemon.frame(1, #"{"a":1}"#).prefix(length)))
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.stream.read")
        }

        @Test func `a frame that announces more than the limit is refused before it comes`() throws {
            let answer = try answerFromStub { _, path in
                guard path.contains("/attach") else { return nil }
                let head = Array("HTTP/1.1 101 UPGRADED\r\n\r\n".utf8)
                return .bytesAndSilence(head + StubDaemon.frame(1, "{", length: .max))
            }
            #expect(answer.status == 400)
            #expect(answer.errorCode == "limits.read.size")
        }

        @Test func `a stream whose first frame comes late has its result`() throws {
            let result = StubDaemon.frame(1, #"{"late":true}"#)
            let answer = try answerFromStub { _, path in
                path.contains("/attach") ? .answersAtEnd(result, after: 1) : nil
            }
            #expect(answer.text == #"{"late":true}"#)
        }

        @Test func `a runner that dies without a word for lack of memory is limits.memory`() throws {
            let answer = try answerFromStub { method, path in
                if path.contains("/attach") { return StubDaemon.stream([]) }
                return method == "GET" && path.hasSuffix("/json")
                    ? .answer(200, #"{"State":{"Running":false,"OOMKilled":true}}"#) : nil
            }
            #expect(answer.status == 400)
            #expect(answer.errorCode == "limits.memory")
            #expect(answer.message.hasSuffix("(134217728 bytes)"))
        }

        @Test func `a daemon that ends the stream of a container which runs is docker.container.stream.read`() throws {
            let answer = try answerFromStub { method, path in
                if path.contains("/attach") { return StubDaemon.stream([]) }
                return method == "GET" && path.hasSuffix("/json") ? .answer(200, #"{"State":{"Running":true}}"#) : nil
            }
            #expect(answer.status == 500)
            #expect(answer.errorCode == "docker.container.stream.read")
        }
    }
}
