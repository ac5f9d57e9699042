"""The reader's terminal: a bash that keeps variables and functions from command to command."""
import os
import select
import signal
import subprocess
import sys


def environment(folder):
    """Returns what the reader's shell has: a path and a home, nothing of the tests' own."""
    # A version manager's wrapper of Python takes 0.1 s a start: only the interpreter is taken.
    path = os.path.dirname(sys.executable) + ":" + os.environ["PATH"]
    return {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "TERM": "xterm"}


class Shell:
    """Runs commands in a folder, one after the other. Not for commands that never end."""

    def __init__(self, folder, notes):
        self._command, self._output = notes / "command", notes / "output"
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], cwd=folder, env=environment(folder),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)

    def run(self, text, seconds):
        """Returns the status and the output, errors included, of a command."""
        self._command.write_text(text + "\n")
        line = f"source '{self._command}' >'{self._output}' 2>&1 </dev/null; echo $?\n"
        self._bash.stdin.write(line.encode())
        self._bash.stdin.flush()
        ready, _, _ = select.select([self._bash.stdout], [], [], seconds)
        status = self._bash.stdout.readline().strip() if ready else b""
        printed = self._output.read_text(errors="replace")
        if not status:
            self.close()
            raise TimeoutError(f"not done after {seconds} s; so far it printed:\n{printed}")
        return int(status), printed

    def close(self):
        """Ends the shell, and what still runs in it."""
        if self._bash.poll() is None:
            os.killpg(self._bash.pid, signal.SIGKILL)
        self._bash.wait()
        self._bash.stdin.close()
        self._bash.stdout.close()
