#!/usr/bin/env python3
"""Completes command lines of troupe in bash, zsh and fish, with the names of a running node.

run.py PROGRAM: the shells that are not installed are skipped, and it says so.
"""
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE = 30  # seconds; only a test that fails waits so long
CONFIGURATION = """
[node]
state_dir = "state"
[http]
listen = "off"
[pool.text]
command = ["cat"]
ready = "spawn"
size = 2
[pool.totals]
command = ["cat"]
ready = "spawn"
"""
# The line up to the cursor, and what is offered. `...` is: these, and perhaps others.
CASES = [
    ("troupe ", {"serve", "call", "ps", "completion", ...}),
    ("troupe ca", {"call", "calls", "cancel"}),
    ("troupe --no", {"--node"}),
    ("troupe ps ", {"text", "totals"}),
    ("troupe ps tot", {"totals"}),
    ("troupe ps --js", {"--json"}),
    ("troupe restart te", {"text", "text.0", "text.1"}),
    ("troupe restart text.", {"text.0", "text.1"}),
    ("troupe call --priority 3 tex", {"text", "text.0", "text.1"}),
    ("troupe call text kin", set()),
    ("troupe completion ", {"bash", "zsh", "fish"}),
    ("troupe serve -c foun", {"found.toml"}),
    ("troupe --node state/troupe.sock ps tot", {"totals"}),
    ("troupe ps --state-dir /no/such tot", set()),
    ("troupe nonsense ", set()),
]


class Scene:
    """A folder with the program on the PATH, and a node that runs in it."""

    def __init__(self, program, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/troupe").symlink_to(pathlib.Path(program).resolve())
        (self.folder / "found.toml").write_text(CONFIGURATION)
        self.environment = {
            "PATH": f"{folder}/bin:{os.environ['PATH']}", "HOME": folder, "TERM": "dumb",
            "LC_ALL": "C.UTF-8", "TROUPE_STATE_DIR": "state"}
        for shell in ("bash", "zsh", "fish"):
            script = subprocess.run(["troupe", "completion", shell], cwd=folder, check=True,
                                    env=self.environment, capture_output=True, text=True)
            (self.folder / f"completion.{shell}").write_text(script.stdout)
        self.node = subprocess.Popen(
            ["troupe", "serve", "-c", "found.toml"], cwd=folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        ready = self.node.stdout.readline()
        if " ready " not in ready:
            raise SystemExit(f"the node did not start: {ready!r}")
        self._wait_for_workers()

    def _wait_for_workers(self):
        deadline = time.monotonic() + PATIENCE
        wanted = {"text", "totals", "text.0", "text.1", "totals.0"}
        while set(self.run(["troupe", "completion", "--names", "names"]).split()) != wanted:
            if time.monotonic() > deadline:
                raise SystemExit("the names of the node do not come")

    def run(self, command, **more):
        done = subprocess.run(command, cwd=self.folder, env=self.environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, **more)
        if done.stderr:
            raise AssertionError(f"{command}: {done.stderr}")
        return done.stdout

    def close(self):
        self.node.send_signal(signal.SIGCONT)
        self.node.terminate()
        self.node.wait(PATIENCE)


def bash(scene, line):
    """What the function offers that bash would call."""
    program = """
source completion.bash
[[ $(complete -p troupe) == "complete -F _troupe troupe" ]] || echo "not registered"
COMP_LINE=$1 COMP_POINT=${#1}
_troupe
printf '%s\\n' "${COMPREPLY[@]}"
"""
    return set(scene.run(["bash", "--norc", "-c", program, "bash", line]).split())


def fish(scene, line):
    program = "source completion.fish; complete -C $argv[1]"
    printed = scene.run(["fish", "--no-config", "-c", program, line])
    return {offer.split("\t")[0].removeprefix("./") for offer in printed.splitlines()}


def zsh(scene, line):
    """Types the line and a tab into an interactive shell."""
    setup = (
        "PS1='' PS2=''; autoload -U compinit; compinit -u -D; source completion.zsh\n"
        "zstyle ':completion:*' verbose no; zstyle ':completion:*' list-separator ''\n"
        # Writes each offer down, in place of showing it.
        "compadd() { local -a kept; builtin compadd -A kept \"$@\"; "
        "print -rl -- $kept >>offers; builtin compadd \"$@\" }\n"
        "finish() { print done >>offers }; zle -N finish; bindkey '^T' finish; print set up\n")
    offers = scene.folder / "offers"
    offers.write_text("")
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(scene.folder)
        os.execvpe("zsh", ["zsh", "-f", "-i"], scene.environment)
    try:
        os.write(terminal, setup.encode())
        read_until(terminal, lambda text: "\nset up" in text)
        os.write(terminal, line.encode() + b"\t\x14")
        read_until(terminal, lambda _: "done\n" in offers.read_text())
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
    # Where nothing else fits, zsh offers the options.
    wants_options = line.split(" ")[-1].startswith("-")
    return {offer for offer in offers.read_text().split()
            if offer != "done" and (wants_options or not offer.startswith("-"))}


def read_until(terminal, holds):
    text = ""
    deadline = time.monotonic() + PATIENCE
    while not holds(text.replace("\r", "")):
        if time.monotonic() > deadline:
            raise AssertionError(f"the shell did not go on: {text!r}")
        ready, _, _ = select.select([terminal], [], [], 0.05)
        try:
            text += os.read(terminal, 4096).decode(errors="replace") if ready else ""
        except OSError:  # the shell has ended: what it wrote down is there
            if holds(text.replace("\r", "")):
                return
            raise AssertionError(f"the shell has ended: {text!r}") from None


def fits(offered, wanted):
    known = wanted - {...}
    return known <= offered if ... in wanted else offered == known


# zsh does not hand the script a node that stands in one word with its option.
CASES_BUT_ZSH = [("troupe ps --node=state/troupe.sock tot", {"totals"})]


def check(scene, shell, complete):
    failures = 0
    cases = CASES + (CASES_BUT_ZSH if shell != "zsh" else [])
    for line, wanted in cases:
        offered = complete(scene, line)
        if not fits(offered, wanted):
            failures += 1
            print(f"{shell}: {line!r} offers {sorted(offered)}, expected {wanted}")
    # A node that hangs costs a moment, and no names.
    scene.node.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    offered = complete(scene, "troupe ps ")
    scene.node.send_signal(signal.SIGCONT)
    if offered:
        failures += 1
        print(f"{shell}: a node that hangs offers {sorted(offered)}")
    print(f"{shell}: {len(cases) + 1 - failures} of {len(cases) + 1}"
          f" ({time.monotonic() - begun:.1f} s with a node that hangs)")
    return failures


def main():
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(sys.argv[1], folder)
        try:
            for shell, complete in (("bash", bash), ("zsh", zsh), ("fish", fish)):
                if shutil.which(shell):
                    failures += check(scene, shell, complete)
                else:
                    print(f"SKIPPED: no {shell} here")
        finally:
            scene.close()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
