#!/usr/bin/env python3
"""Follows CONTRIBUTING.md to the letter: writes the files of its examples, builds them, runs their
tests, and a node whose workers speak the new protocol. Usage: follow.py BUILD_FOLDER

What was built already is linked, not built again. The program's objects come first, so that its
table of protocols is the one with the new line."""
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap

TOP = pathlib.Path(__file__).resolve().parents[2]
TABLE = "protocol/wires/built_in_wires.cpp"
BLOCK = re.compile(r"`([^`\n]+\.[ch]pp)`[^`]*?\n\n   ```cpp\n(.*?)\n   ```", re.S)

WORKER = """
import sys
def read_message():
    length = b""
    while (c := sys.stdin.buffer.read(1)) != b":":
        if not c:
            sys.exit()
        length += c
    message = sys.stdin.buffer.read(int(length))
    sys.stdin.buffer.read(1)
    return message
while True:
    id, kind, payload = read_message().split(b" ", 2)
    answer = id + b" " + payload.upper()
    sys.stdout.buffer.write(b"%d:%s," % (len(answer), answer))
    sys.stdout.flush()
"""

CONFIGURATION = """
[http]
listen = "off"
[pool.shout]
command = ["python3", "worker.py"]
protocol = "netstrings"
ready = "spawn"
"""


def run(command, **options):
    done = subprocess.run(command, text=True, capture_output=True, timeout=240, **options)
    if done.returncode:
        sys.exit(f"{shlex.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


class Follower:
    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.text = (TOP / "CONTRIBUTING.md").read_text()
        self.commands = json.loads((build / "compile_commands.json").read_text())

    def write_files(self):
        """Writes what the document shows; returns the files by name."""
        files = {name: textwrap.dedent("   " + code) for name, code in BLOCK.findall(self.text)}
        line = files.pop(TABLE).strip()
        table = (TOP / TABLE).read_text()
        include = f'#include "{next(n for n in files if n.endswith(".hpp"))}"\n'
        files[TABLE] = include + table.replace("  return all;", f"  {line}\n  return all;")
        for name, code in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(code + "\n")
        return files

    def compiler(self, name):
        """Returns how any other source beside this one is compiled."""
        first, second = pathlib.Path(name).parts[:2]
        target = f"test_{second}.dir" if first == "tests" else f"troupe_{first}.dir"
        one = next(c for c in self.commands if target in c["command"] and "cmake_pch" not in c["file"])
        words = shlex.split(one["command"])
        return [w for w in words[:words.index("-o")] if not w.endswith("ccache")]

    def compile(self, name):
        to = self.folder / (pathlib.Path(name).stem + "_" + pathlib.Path(name).parts[0] + ".o")
        run([*self.compiler(name), f"-I{self.folder}", "-o", to, "-c", self.folder / name],
            cwd=self.build)
        return to

    def link(self, target, objects, output):
        """Links a program of the build again, with `objects` before its own."""
        command = run(["ninja", "-C", self.build, "-t", "commands", target]).splitlines()[-1]
        link = next(part for part in command.split("&&") if " -o " in part)
        words = shlex.split(link)
        at = words.index("-o")
        words[at + 1] = str(output)
        words[at:at] = ["-Wl,--allow-multiple-definition", *map(str, objects)]
        run(words, cwd=self.build)
        return output

    def run_node(self, program):
        (self.folder / "worker.py").write_text(WORKER)
        (self.folder / "node.toml").write_text(CONFIGURATION)
        node = subprocess.Popen([program, "serve", "-c", "node.toml"], cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            if " ready " not in node.stdout.readline():
                sys.exit("the node did not become ready")
            return run([program, "call", "shout", "say", '"hello"'], cwd=self.folder)
        finally:
            node.terminate()
            node.wait(30)


def main(build):
    with tempfile.TemporaryDirectory(prefix="troupe-contributing-") as scratch:
        follower = Follower(pathlib.Path(build).resolve(), pathlib.Path(scratch))
        files = follower.write_files()
        objects = {name: follower.compile(name) for name in files if name.endswith(".cpp")}
        of_protocol = [o for name, o in objects.items() if "protocol" in name]
        of_actors = [o for name, o in objects.items() if "actors" in name]
        for target, suite, added in (("test_protocol", "netstring_workers", of_protocol),
                                     ("test_actors", "mirrors", of_actors)):
            tests = follower.link(target, added, follower.folder / target)
            print(run([tests, f"--run_test={suite}"]).strip())
        own = [o for name, o in objects.items() if not name.startswith("tests/")]
        said = follower.run_node(follower.link("troupe", own, follower.folder / "troupe_netstrings"))
        if said.strip() != '"HELLO"':
            sys.exit(f"the worker answered {said!r}")
        print(f"{len(files)} files of CONTRIBUTING.md built; its worker answered {said.strip()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
