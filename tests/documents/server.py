"""The reader's first terminal: a node that runs until the next one starts or the document ends."""
import os
import signal
import subprocess
import threading

from shell import environment


class Server:
    """Runs `troupe serve`, by whatever command, and waits until it is ready."""

    def __init__(self, text, folder, notes, seconds):
        self._log = notes / "node.log"
        with self._log.open("wb") as log:
            # bash runs the last command of a line in its own place: the pid is the node's.
            self._process = subprocess.Popen(
                ["bash", "-c", text], cwd=folder, env=environment(folder), stdout=subprocess.PIPE,
                stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        self._line = None
        reader = threading.Thread(target=self._read, daemon=True)
        reader.start()
        reader.join(seconds)
        if not self._line:
            self._kill()
            raise RuntimeError(f"no ready line within {seconds} s; its log is:\n{self.log}")

    def _read(self):
        for line in self._process.stdout:
            if b" ready http=" in line:
                self._line = line.decode()
                return

    @property
    def ready_line(self):
        return self._line

    @property
    def log(self):
        return self._log.read_text(errors="replace")

    def end(self, seconds):
        """Ends the node in order, by its pid; returns what was wrong with that, or None. A page
        may have its reader kill the node, to show what is left."""
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._kill()
            return f"the node did not end within {seconds} s of SIGTERM; its log is:\n{self.log}"
        self._process.stdout.close()
        if status in (0, -signal.SIGKILL):
            return None
        return f"the node ended with {status}; its log is:\n{self.log}"

    def _kill(self):
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
