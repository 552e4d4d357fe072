# Runs in the interpreter before it looks at main.py, imports what most programs here begin with, and waits until main.py is
# there: see Prelude.swift.
import contextlib as _contextlib
import gc as _gc
import posix as _posix
import sys as _sys

import matplotlib.pyplot  # noqa: F401
import numpy  # noqa: F401
import pandas  # noqa: F401

# matplotlib has made these for files that it has none of, and makes them anew if it ever has.
for _name in (".cache/matplotlib", ".cache", ".config/matplotlib", ".config"):
    with _contextlib.suppress(OSError):
        _posix.rmdir(_name)

# The collector would look at all of that once more when the program ends, which takes a tenth of a second.
_gc.freeze()

_gate = _posix.open(".prelude-run", _posix.O_RDONLY)
if not _posix.read(_gate, 4096):
    _posix._exit(1)
_posix.close(_gate)

# Its own files come first where a program imports something. One that is called like what is imported here already is for an
# interpreter that has imported nothing.
for _name in _posix.listdir("."):
    if _name.split(".")[0] in _sys.modules and _name != "main.py":
        _posix.execv(_sys.executable, _sys.orig_argv)
