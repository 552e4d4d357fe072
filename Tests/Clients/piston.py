"""What Piston's clients from PyPI say of a server: arguments are its address and a token."""

import asyncio
import importlib.util
import os
import sys

import pyston
import ultra_piston

from harness.checks import Report, expect

URL, TOKEN = sys.argv[1:]
report = Report()

with report.check("ultra-piston lists runtimes and packages"):
    client = ultra_piston.PistonClient(api_key=TOKEN, base_url=f"{URL}/api/v2/")
    runtimes = {runtime.language: runtime for runtime in client.get_runtimes()}
    expect("py3" in runtimes["python"].aliases, f"{runtimes}")
    expect("gcc" in runtimes["c"].aliases, f"{runtimes}")
    packages = client.get_packages()
    expect(any(package.language == "python" for package in packages), f"{packages}")

with report.check("ultra-piston runs a program at its own defaults, of a version that is not there"):
    program = ultra_piston.File(content="import sys; print(input(), sys.argv[1:])")
    answer = client.post_execute("python", "3.10.0", program, stdin="Ada", args=["x", "é y"])
    expect(answer.run.stdout == "Ada ['x', 'é y']\n", f"{answer}")
    expect(answer.language == "python" and answer.version == runtimes["python"].version, f"{answer}")
    expect(answer.run.code == 0 and answer.run.signal is None, f"{answer}")

with report.check("ultra-piston gets what a compiler says, and no run"):
    answer = client.post_execute("gcc", "*", ultra_piston.File(content="int main() { return x; }"))
    expect(answer.compile.code == 1 and "undeclared" in answer.compile.stderr, f"{answer}")
    expect(answer.run.stderr == answer.compile.stderr, f"{answer}")
    answer = client.post_execute("c", "10.2.0", ultra_piston.File(content="int main() { return 3; }"))
    expect(answer.compile.code == 0 and answer.run.code == 3, f"{answer}")


async def asynchronous():
    client = pyston.PystonClient(api_key=TOKEN, base_url=f"{URL}/api/v2/piston/")
    try:
        languages = await client.languages()
        expect("python" in languages, f"{languages}")
        answer = await client.execute("py", [pyston.File("print('Hello')")])
        expect(answer.run_stage.stdout == "Hello\n", f"{answer}")
    finally:
        await client.close_session()


with report.check("aiopyston lists and runs, with slashes at the ends of its paths"):
    asyncio.run(asynchronous())


async def of_rust():
    import piston_rspy  # noqa: PLC0415, it is not there for every interpreter

    client = piston_rspy.Client.with_url_and_key(f"{URL}/api/v2/piston", TOKEN)
    runtimes = await client.fetch_runtimes()
    expect(any(runtime.language == "python" for runtime in runtimes), f"{runtimes}")
    executor = piston_rspy.Executor(language="python", version="*").add_file(piston_rspy.File(content="print(6 * 7)"))
    answer = await client.execute(executor)
    expect(answer.run.stdout == "42\n", f"{answer.run}")


if importlib.util.find_spec("piston_rspy"):
    with report.check("piston-rspy lists and runs"):
        asyncio.run(of_rust())
else:
    print("left out  piston-rspy: there is no wheel of it for this interpreter", flush=True)

# The threads of piston-rspy now and then crash the interpreter when it ends in order.
status = report.end()
sys.stdout.flush()
os._exit(status)
