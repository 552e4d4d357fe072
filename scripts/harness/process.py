"""Programs that are run: those of the system, the project's own scripts, and those that go on until they are told to
end."""

import os
import signal
import subprocess
import sys
import tempfile

from harness.checks import eventually


def run(*command, timeout=300, **options):
    """Returns what it prints on stdout, without the space around it. Raises all that it says if it fails."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run(command, text=True, timeout=timeout, check=False, **options)
    if done.returncode != 0:
        words = " ".join(map(str, command))
        raise RuntimeError(f"{words} fails with {done.returncode}:\n{done.stdout}{done.stderr or ''}")
    return done.stdout.strip()


def script(*command, **environment):
    """The same of one of the project's scripts, whose words on stderr are for whoever watches."""
    return run(*command, timeout=None, stderr=None, env={**os.environ, **environment})


def be_root():
    """Begins again as root where we are somebody else."""
    if os.geteuid() != 0:
        os.execvp("sudo", ["sudo", "--", sys.executable, "-B", sys.modules["__main__"].__file__, *sys.argv[1:]])


def end_in_order():
    """Has SIGTERM raise what ends the script, so that it takes down what it has made."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(f"{sys.argv[0]}: told to end"))


class Daemon:
    def __init__(self, *command, **options):
        self.log = tempfile.TemporaryFile()  # noqa: SIM115, for end() closes it
        options = {"stdin": subprocess.DEVNULL, "stdout": self.log, "stderr": self.log, **options}
        self.process = subprocess.Popen(command, **options)

    def words(self):
        """The last of what it has said."""
        size = os.fstat(self.log.fileno()).st_size
        return os.pread(self.log.fileno(), 3000, max(0, size - 3000)).decode(errors="replace")

    def await_answer(self, answers, seconds=60):
        """Ends it where it does not answer in time."""
        def answered():
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.process.args[0]} ends with {self.process.returncode}:\n{self.words()}")
            return answers()

        try:
            eventually(f"{self.process.args[0]} answers", answered, seconds)
        except BaseException:
            self.end()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self, seconds=60):
        """Tells it to end, and does not ask any more if it takes longer."""
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
