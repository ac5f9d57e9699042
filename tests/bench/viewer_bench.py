"""The part of scripts/bench about those who look: the processor time of a node with a thousand
workers while three `troupe top` show its workers, and two programs ask, every two seconds each,
what `troupe ps` asks.
"""
import contextlib
import fcntl
import http.client
import json
import os
import pathlib
import pty
import struct
import subprocess
import termios
import threading
import time

from bench_node import cpu_seconds, wait_for_workers

WORKERS = 1000
TOPS = 3
CLIENTS = 2
VIEWERS = TOPS + CLIENTS
PERIOD = 2.0  # seconds between two looks of a viewer
PATHS = ("/api/pools", "/api/workers")
NAMES = [f"viewers-{VIEWERS}-{WORKERS}w"]


def bars(results):
    """Yields (what is asked, the figure, whether it is met) for all that was measured."""
    for name, r in results.items():
        yield f"{name}: less than 5 % of a core", f"{r['cpu_percent']:.1f} %", r["cpu_percent"] < 5


def look(node, begin, stop, failures):
    """Asks until `stop` is set, beginning after so many seconds."""
    connection = http.client.HTTPConnection(node.address, timeout=30)
    if stop.wait(begin):
        return
    while True:
        due = time.monotonic() + PERIOD
        for path in PATHS:
            connection.request("GET", path, headers={"X-API-Key": node.key})
            answer = connection.getresponse()
            if answer.status != 200 or not answer.read():
                failures.append(path)
        if stop.wait(max(0.0, due - time.monotonic())):
            return


@contextlib.contextmanager
def top(build, node):
    """Shows the workers of a node in `troupe top`, on a terminal of 200x50 that somebody reads."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    with subprocess.Popen([build / "troupe", "top", "--node", node.socket], stdin=theirs, stdout=theirs,
                          stderr=theirs, env=os.environ | {"TERM": "xterm-256color"}) as process:
        os.close(theirs)

        def read():
            with contextlib.suppress(OSError):  # the end of a terminal
                while os.read(ours, 65536):
                    pass

        reader = threading.Thread(target=read)
        reader.start()
        os.write(ours, b"2")
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)
            reader.join()
            os.close(ours)


def run(options, build, Node):
    """Measures what was chosen; returns the results by name.

    @param Node: starts a node with a pool `echo` of processes."""
    results = {}
    for name in (name for name in NAMES if options.only in name):
        with contextlib.ExitStack() as opened:
            node = opened.enter_context(Node(pathlib.Path(build), WORKERS, 1, ""))
            wait_for_workers(node)
            for _ in range(TOPS):
                opened.enter_context(top(pathlib.Path(build), node))
            stop, failures = threading.Event(), []
            viewers = [threading.Thread(target=look, args=(node, i * PERIOD / CLIENTS, stop, failures))
                       for i in range(CLIENTS)]
            for viewer in viewers:
                viewer.start()
            time.sleep(2 * PERIOD)  # the first sample has more to do than the next
            seconds = max(PERIOD, 5 * options.seconds)
            before, began = cpu_seconds(node.process.pid), time.monotonic()
            time.sleep(seconds)
            used = cpu_seconds(node.process.pid) - before
            share = 100 * used / (time.monotonic() - began)
            stop.set()
            for viewer in viewers:
                viewer.join()
        results[name] = r = {"cpu_percent": share, "wrong": 0, "errors": len(failures)}
        if options.json:
            print(json.dumps({"case": name} | r), flush=True)
        else:
            print(f"{name:28} {share:.1f} % of a core, {len(failures)} errors", flush=True)
    return results
