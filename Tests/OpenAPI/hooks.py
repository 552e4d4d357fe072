"""Makes the requests that schemathesis invents ones that can succeed here: of an image that there is, and that answers
anything, with limits within which it does."""

import re

import schemathesis

IMAGE = "docker-run-test/echo"
# Of which there is such an image, too.
LANGUAGE = "echo"
# By name: the least that the description allows, and what is enough here and not more than the server's own.
LIMITS = {
    "executionTime": (0.1, 15), "outputSize": (1024, 1000000), "memory": (16777216, 67108864), "pids": (2, 64),
    "cpus": (0.01, 1),
}
PISTON_LIMITS = [
    f"{stage}_{limit}" for stage in ("compile", "run") for limit in ("timeout", "cpu_time", "memory_limit")
]


def allowed(name, value):
    if name not in LIMITS or isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return value >= LIMITS[name][0] and (name in ("executionTime", "cpus") or value == int(value))


@schemathesis.hook
def before_call(context, case, kwargs):
    if isinstance(case.body, dict):
        # What the description allows, and only that: what it forbids has to stay forbidden.
        if isinstance(case.body.get("image"), str) and re.fullmatch("[!-~]{1,512}", case.body["image"]):
            case.body = {**case.body, "image": IMAGE}
        if isinstance(case.body.get("language"), str):
            case.body = {**case.body, "language": LANGUAGE}
        if case.body.get("runner") == "builtin":
            case.body = {**case.body, "runner": "image"}
        if isinstance(case.body.get("limits"), dict):
            limits = case.body["limits"].items()
            case.body = {
                **case.body,
                "limits": {name: LIMITS[name][1] if allowed(name, value) else value for name, value in limits},
            }
        for name in PISTON_LIMITS:
            if isinstance(case.body.get(name), (int, float)) and case.body[name] > 0:
                case.body = {**case.body, name: 100}
