"""The node that the benchmarks measure, and the load generator's result."""
import http.client
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
# A screen full of text, and then a program that prints what it reads.
PROGRAM = ["sh", "-c", "stty raw -echo; yes 'a line of text' | head -n 23 | sed 's/$/\\r/';"
           " exec cat"]
PHP_WORKER = ["php", str(TOP / "examples/workers/echo_goridge.php")]


class Node:
    """A node with one pool of echo workers, of the one in PHP, or of a program on a terminal,
    in a folder of its own; use with `with`.

    `more` stands behind that pool in its configuration. `program` is another one than the one of
    `build`, and `environment` has variables for it."""

    def __init__(self, build, workers, window, kind, more="", *, program=None, environment=None,
                 loops=0):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="troupe-bench-"))
        worker = [str(build / "tests/bench/echo_worker"), "--window", str(window)]
        protocol = {"goridge": "goridge", "terminal": "terminal"}.get(kind, "json-lines")
        worker = json.dumps({"goridge": PHP_WORKER, "terminal": PROGRAM}.get(kind, worker))
        window = "" if kind == "terminal" else f"window = {window}\n"
        config = self.folder / "bench.toml"
        config.write_text(
            f'[node]\nname = "bench"\nloops = {loops}\nstate_dir = {json.dumps(str(self.folder / "state"))}\n'
            'log = { level = "warn" }\n[http]\nlisten = "127.0.0.1:0"\n'
            f'[pool.echo]\ncommand = {worker}\nprotocol = "{protocol}"\n'
            f"size = {workers}\n{window}{more}")
        self.log = open(self.folder / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [program or build / "troupe", "serve", "-c", config], stdout=subprocess.PIPE,
            stderr=self.log, text=True, cwd=self.folder, env=os.environ | (environment or {}))

    def __enter__(self):
        try:
            self.wait_for_line()
            connection = json.loads((self.folder / "state/connection.json").read_text())
            self.socket, self.key = connection["socket"], connection["api_key"]
            self.address = connection["url"].removeprefix("http://").rstrip("/")
            self.wait_for_pool()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def fail(self, what):
        self.log.seek(0)
        sys.exit(f"scripts/bench: {what}; the end of its log:\n{self.log.read()[-2000:]}")

    def wait_for_line(self):
        if not select.select([self.process.stdout], [], [], 30)[0]:
            self.fail("the node was not ready after 30 s")
        line = self.process.stdout.readline()
        if not line.startswith("troupe: node bench ready "):
            self.fail(f"the node said {line!r} instead of being ready")

    def wait_for_pool(self):
        """Waits until every worker can take calls, not only the first."""
        deadline = time.monotonic() + 30
        while True:
            connection = http.client.HTTPConnection(self.address, timeout=5)
            connection.request("GET", "/ready")
            answer = connection.getresponse()
            body = answer.read().decode()
            connection.close()
            if answer.status == 200:
                return
            if time.monotonic() > deadline:
                self.fail(f"the pool was not ready after 30 s: {body}")
            time.sleep(0.05)  # the node has no way to tell that it is ready but this one


def measure(build, target, outstanding, seconds, payload=64):
    """Returns what one run of the load generator found."""
    command = [build / "tests/bench/bench_client", *target,
               "--outstanding", str(outstanding), "--seconds", str(seconds),
               "--payload", str(payload)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if not run.stdout:
        sys.exit(f"scripts/bench: bench_client {' '.join(target)} ended with {run.returncode}")
    return json.loads(run.stdout)


def cpu_seconds(pid):
    """Returns how long the threads of a process have run. The clock of `stat` is too coarse."""
    return sum(int(file.read_text().split()[0]) / 1e9
               for file in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"))


def wait_for_workers(node):
    """Waits until all workers of all pools run: their start is not what is measured."""
    connection = http.client.HTTPConnection(node.address, timeout=30)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        connection.request("GET", "/api/pools", headers={"X-API-Key": node.key})
        pools = json.loads(connection.getresponse().read())
        if all(pool["workers"] == pool["size"] for pool in pools):
            connection.close()
            return
        time.sleep(0.2)  # the node has no way to tell that they run but this one
    node.fail("the workers did not run after two minutes")
