#!/usr/bin/env python3
"""Calls through both ends of bench_relay, to an echo in the place of a node: all come back.

usage: relay_floor.py BUILD
"""
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
from cluster_nodes import Relay  # noqa: E402


def answer(listener):
    """Answers each line of one client after the other with the line itself and no error."""
    while True:
        client, _ = listener.accept()
        with client, client.makefile("rwb") as lines:
            for line in lines:
                lines.write(line.rstrip()[:-1] + b',"error":null}\n')
                lines.flush()


def main(build):
    build = pathlib.Path(build)
    with tempfile.TemporaryDirectory(prefix="troupe-bench-") as folder, \
            socket.socket(socket.AF_UNIX) as listener:
        node = f"{folder}/node.sock"
        listener.bind(node)
        listener.listen()
        threading.Thread(target=answer, args=(listener,), daemon=True).start()
        for near in ("near", "calls"):
            with Relay(build, node, near) as relay:
                for outstanding, payload in ((1, 64), (64, 64), (4, 200_000)):
                    subprocess.run([build / "tests/bench/bench_client", "socket", relay.socket,
                                    "echo", "--outstanding", str(outstanding),
                                    "--payload", str(payload), "--seconds", "0.2"], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
