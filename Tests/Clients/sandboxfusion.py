"""What SandboxFusion's client from PyPI says of a server: the argument is its address."""

import base64
import sys

import sandbox_fusion
from sandbox_fusion import RunCodeRequest, RunStatus

from harness.checks import Report, expect

sandbox_fusion.set_sandbox_endpoint(sys.argv[1])
report = Report()


def run(code, language="python", **fields):
    return sandbox_fusion.run_code(RunCodeRequest(code=code, language=language, **fields), max_attempts=1)


with report.check("a program runs, at the client's own defaults"):
    answer = run("print(input())", stdin="Ada")
    expect(answer.status == RunStatus.Success and answer.run_result.stdout == "Ada\n", f"{answer}")
    expect(answer.compile_result is None and answer.run_result.return_code == 0, f"{answer}")

with report.check("one that fails is Failed"):
    answer = run("raise SystemExit(3)")
    expect(answer.status == RunStatus.Failed and answer.run_result.return_code == 3, f"{answer}")

with report.check("one that takes too long is TimeLimitExceeded, with what it has printed"):
    answer = run("print(1, flush=True)\nwhile True: pass", run_timeout=0.3)
    expect(answer.run_result.status == "TimeLimitExceeded" and answer.run_result.stdout == "1\n", f"{answer}")

with report.check("one that does not compile has no run"):
    answer = run("package main\nfunc main() { x() }", "go")
    expect(answer.compile_result.return_code != 0 and answer.run_result is None, f"{answer}")

with report.check("files go in and come back, byte for byte"):
    data = bytes(range(256))
    answer = run(
        "import os; os.makedirs('out'); open('out/copy', 'wb').write(open('in/data', 'rb').read())",
        files={"in/data": base64.b64encode(data).decode(), "nothing": None},
        fetch_files=["./out/copy", "missing", "/etc/passwd", "../x"])
    expect(answer.status == RunStatus.Success, f"{answer}")
    expect({name: base64.b64decode(text) for name, text in answer.files.items()} == {"./out/copy": data}, f"{answer}")

with report.check("many at once all come back"):
    answers = sandbox_fusion.run_concurrent(
        sandbox_fusion.run_code, args=[[RunCodeRequest(code=f"print({n})", language="python")] for n in range(24)])
    expect([answer.run_result.stdout for answer in answers] == [f"{n}\n" for n in range(24)], f"{answers}")

sys.exit(report.end())
