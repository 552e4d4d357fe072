"""What the scripts that try docker-run share with each other and with the benchmarks.

Importing it makes the root of the project the working directory: all paths are told from there.
"""

import os
import pathlib

root = pathlib.Path(__file__).resolve().parents[2]
os.chdir(root)
