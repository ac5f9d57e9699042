#!/usr/bin/env python3
"""Builds examples/embedded and examples/caf_client against an installed library, as projects of
their own, and runs them. Usage: examples.py COMPILER PREFIX"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = TOP / "examples"


def run(*command, **options):
    done = subprocess.run(command, text=True, capture_output=True, timeout=240, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def build(name, compiler, prefix, folder):
    """Returns the program of an example."""
    ccache = shutil.which("ccache")
    run("cmake", "-S", EXAMPLES / name, "-B", folder / name, f"-DCMAKE_PREFIX_PATH={prefix}",
        f"-DCMAKE_CXX_COMPILER={compiler}",
        *([f"-DCMAKE_CXX_COMPILER_LAUNCHER={ccache}"] if ccache else []))
    run("cmake", "--build", folder / name)
    return folder / name / name


def block_of(name):
    """Returns what the README of an example says that it prints."""
    return re.search(r"It prints[^:]*:\n\n```\n(.*?)```", (EXAMPLES / name / "README.md").read_text(),
                     re.S)[1]


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Node:
    """`troupe serve` of the installed program, with the configuration of the example."""

    def __init__(self, prefix, folder):
        self.address = f"127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            [prefix / "bin/troupe", "serve", "-c", EXAMPLES / "caf_client/node.toml",
             "--set", f"cluster.listen={self.address}"],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if " ready " not in self.process.stdout.readline():
            sys.exit(f"the node did not become ready\n{self.process.stderr.read()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=60)


def main(compiler, prefix):
    prefix = pathlib.Path(prefix)
    wrong = []
    with tempfile.TemporaryDirectory(prefix="troupe-examples-") as scratch:
        folder = pathlib.Path(scratch)
        embedded = build("embedded", compiler, prefix, folder)
        said = run(embedded, EXAMPLES / "embedded")
        if said != block_of("embedded"):
            wrong.append(f"embedded printed:\n{said}")
        client = build("caf_client", compiler, prefix, folder)
        with Node(prefix, folder) as node:
            said = run(client, node.address, "echo", "say", '"one"', "[2]")
        if sorted(said.splitlines()) != sorted(block_of("caf_client").splitlines()):
            wrong.append(f"caf_client printed:\n{said}")
    print("\n".join(wrong) or "both examples were built against the installed library, and run")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
