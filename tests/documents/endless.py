"""Commands that a person ends: how a test does it for them."""
import os
import pty
import select
import signal
import subprocess
import time

from output import is_as_shown
from shell import environment

#: What a command begins with, and the keys that end it. Ctrl-C is a signal.
ENDED_BY = {
    "build/troupe events": "ctrl-c",
    "build/troupe attach": "\x1dd",  # ctrl-] d
}


def keys_for(name):
    return next((keys for start, keys in ENDED_BY.items() if name.startswith(start)), None)


def run_endless(command, folder, seconds):
    """Runs a command until it has printed what is shown, ends it, and returns what was wrong."""
    keys = keys_for(command.name)
    run = follow if keys == "ctrl-c" else type_at
    return run(command, keys, folder, time.monotonic() + seconds)


def follow(command, _, folder, deadline):
    with subprocess.Popen(["bash", "-c", command.text], cwd=folder, env=environment(folder),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        printed = b""
        while not is_as_shown(command.shown, printed.decode(errors="replace")):
            more = read_until(process.stdout.fileno(), deadline)
            if not more:
                process.kill()
                return f"it printed\n{printed.decode(errors='replace')}"
            printed += more
        process.send_signal(signal.SIGINT)
        status = process.wait(max(1, deadline - time.monotonic()))
    return None if status == 130 else f"Ctrl-C ended it with {status}, expected 130"


def type_at(command, keys, folder, deadline):
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve("/bin/bash", ["bash", "-c", command.text], environment(folder))
    try:
        screen = read_until(terminal, deadline)
        if not screen:
            os.kill(pid, signal.SIGKILL)
            return "it showed nothing"
        os.write(terminal, keys.encode())
        while more := read_until(terminal, deadline):
            screen += more
        if time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
    finally:
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(terminal)
    return None if status == 0 else f"it ended with {status} and showed {screen!r}"


def read_until(fd, deadline):
    """Returns the next bytes; none at the end of them, or when the deadline has passed."""
    ready, _, _ = select.select([fd], [], [], max(0, deadline - time.monotonic()))
    try:
        return os.read(fd, 65536) if ready else b""
    except OSError:  # a terminal whose program has ended
        return b""
