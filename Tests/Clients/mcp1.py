"""What MCP's SDK, version 1, says of a server: arguments are its address and a token."""

import asyncio
import sys

from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

from harness.checks import Report, expect

URL, TOKEN = sys.argv[1:]
report = Report()


async def talk():
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        streamablehttp_client(f"{URL}/mcp", headers=headers) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        with report.check("it says hello, pings, and lists the tools"):
            hello = await session.initialize()
            expect(hello.serverInfo.name == "docker-run", f"{hello}")
            await session.send_ping()
            expect([tool.name for tool in (await session.list_tools()).tools] == ["run_code", "run_tests"], "others")

        with report.check("a program runs, and what it says is what the schema promises"):
            answer = await session.call_tool("run_code", {"language": "python", "code": "print(6 * 7)"})
            expect(answer.structuredContent["stdout"] == "42\n", f"{answer}")

        with report.check("tests are judged"):
            tests = [{"stdin": "a", "expected": "a"}, {"expected": "b"}]
            answer = await session.call_tool("run_tests", {"language": "bash", "code": "cat", "tests": tests})
            expect(answer.structuredContent["passed"] == 1, f"{answer}")


asyncio.run(talk())
sys.exit(report.end())
