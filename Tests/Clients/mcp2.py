"""What MCP's SDK, version 2, says of a server in each of its modes: arguments are its address and a token."""

import asyncio
import sys

import httpx2
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from harness.checks import Report, expect

URL, TOKEN = sys.argv[1:]
report = Report()
HEAD = "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
PICTURE = f"open('plot.png', 'wb').write(bytes.fromhex('{HEAD}'))"


async def talk(mode):
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as http,
        Client(streamable_http_client(f"{URL}/mcp", http_client=http), mode=mode) as client,
    ):
        with report.check(f"{mode}: there are two tools, and the languages are an enumeration"):
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            expect(list(tools) == ["run_code", "run_tests"], f"{list(tools)}")
            languages = tools["run_code"].input_schema["properties"]["language"]["enum"]
            expect("python" in languages and "bash" in languages, f"{languages}")

        with report.check(f"{mode}: a program runs, and one that fails is a good result"):
            arguments = {"language": "python", "code": "import sys; print(input()); sys.exit(3)", "stdin": "Ada"}
            answer = await client.call_tool("run_code", arguments)
            said = answer.structured_content
            expect(not answer.is_error and (said["stdout"], said["exit_code"]) == ("Ada\n", 3), f"{answer}")

        with report.check(f"{mode}: a picture comes back as one, and other files beside"):
            code = f"{PICTURE}\nopen('a b.csv', 'w').write('1,2')"
            arguments = {"language": "python", "code": code, "outputs": ["*.png", "*.csv", "missing"]}
            answer = await client.call_tool("run_code", arguments)
            kinds = [content.type for content in answer.content]
            expect(kinds == ["text", "image", "resource"], f"{answer}")
            expect(answer.content[1].mime_type == "image/png", f"{answer}")
            expect(str(answer.content[2].resource.uri) == "file:///a%20b.csv", f"{answer}")

        with report.check(f"{mode}: tests are built once and judged one by one"):
            tests = [{"stdin": "1 2", "expected": "3"}, {"stdin": "5 5", "expected": "11"}, {"stdin": "x"}]
            body = r'int a, b; return scanf("%d%d", &a, &b) < 2 ? 9 : !printf("%d", a + b);'
            code = f"#include <stdio.h>\nint main() {{ {body} }}"
            answer = await client.call_tool("run_tests", {"language": "c", "code": code, "tests": tests})
            said = answer.structured_content
            expect((said["passed"], said["failed"]) == (1, 2), f"{said}")
            expect([test["exit_code"] for test in said["tests"]] == [0, 0, 9], f"{said}")

        with report.check(f"{mode}: two megabytes of output have their middle left out"):
            answer = await client.call_tool("run_code", {"language": "bash", "code": "seq 300000; echo end >&2"})
            said = answer.structured_content
            expect(said["truncated"] and len(said["stdout"]) < 30_000, f"{len(said['stdout'])}")
            expect(said["stdout"].startswith("1\n2\n") and "left out" in said["stdout"], said["stdout"][:100])

        with report.check(f"{mode}: an unknown language is an error that the model can read"):
            answer = await client.call_tool("run_code", {"language": "klingon", "code": ""})
            expect(answer.is_error and "python" in answer.content[0].text, f"{answer}")

        with report.check(f"{mode}: progress comes while the program runs"):
            notes = []

            async def note(_progress, _total, message):
                notes.append(message)

            arguments = {"language": "bash", "code": "echo one; sleep 0.2; echo two"}
            answer = await client.call_tool("run_code", arguments, progress_callback=note)
            expect(answer.structured_content["stdout"] == "one\ntwo\n", f"{answer}")
            expect("running" in notes and "one\n" in notes, f"{notes}")

        with report.check(f"{mode}: what is wrong with the arguments is said"):
            for arguments, word in (
                ({"language": "bash"}, "code"), ({"language": "bash", "code": "", "timeout": 3}, "timeout"),
                ({"language": "bash", "code": "", "timeout_seconds": 1e6}, "timeout_seconds"),
                ({"language": "bash", "code": "", "files": [{"name": "../x", "content": ""}]}, "../x"),
            ):
                try:
                    answer = await client.call_tool("run_code", arguments)
                except MCPError as error:
                    expect(word in str(error), f"{error}")
                else:
                    expect(False, f"{arguments} are taken: {answer}")


for mode in "auto", "2026-07-28", "legacy":
    asyncio.run(talk(mode))
sys.exit(report.end())
