"""Three nodes on one machine, and two relays: what the benchmark of clusters measures."""
import json
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests/documents"))
from scratch import own_network  # noqa: E402  the tests' own

SECONDS_TO_START = 60


def free_ports(count):
    """Returns ports that nobody has. Between this and their use somebody might take one."""
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in taken]
    for s in taken:
        s.close()
    return ports


def lo_bytes():
    """Returns what has been sent over the loopback interface of this process' network."""
    for line in pathlib.Path("/proc/self/net/dev").read_text().splitlines():
        name, _, figures = line.partition(":")
        if name.strip() == "lo":
            return int(figures.split()[8])
    raise RuntimeError("there is no interface lo")


def line_of(process, what):
    """Returns the first line that a program prints."""
    if not select.select([process.stdout], [], [], SECONDS_TO_START)[0]:
        sys.exit(f"scripts/bench: {what} was not ready after {SECONDS_TO_START} s")
    return process.stdout.readline().strip()


class Cluster:
    """Nodes with the pools that `pools` has for each: name → command. Use with `with`.

    `program` runs in the place of the `troupe` of the build.
    """

    _own_network = None

    @classmethod
    def has_own_network(cls):
        """Moves this process to a network of its own, once; returns whether that worked."""
        if cls._own_network is None:
            cls._own_network = own_network()
        return cls._own_network

    def __init__(self, build, pools, size=1, window=1, tls=False, program=None):
        self.has_own_network()
        self._program, self._pools, self._slots = program or build / "troupe", pools, size * window
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="troupe-bench-"))
        self._nodes, self._tls = {}, tls
        self._shape = f"size = {size}\nwindow = {window}\n"
        self._ports = dict(zip(pools, free_ports(len(pools))))

    def __enter__(self):
        try:
            if self._tls:
                subprocess.run([TOP / "scripts/cluster-certificates", self._folder, *self._pools],
                               check=True)
            for node in self._pools:
                self._start(node)
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self._nodes.values():
            process.send_signal(signal.SIGTERM)
        for process in self._nodes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def socket(self, node):
        return str(self._folder / node / "troupe.sock")

    def cpu_seconds(self):
        """Returns how long the threads of each node have run. The clock of `stat` is too coarse."""
        return {node: sum(int(file.read_text().split()[0]) / 1e9
                          for file in pathlib.Path(f"/proc/{process.pid}/task").glob("*/schedstat"))
                for node, process in self._nodes.items()}

    def calls(self, node):
        """Returns how many calls the pools of a node have had."""
        return sum(pool["calls"] for pool in self._ask(node, "ps")["pools"])

    def _ask(self, node, command):
        """Returns what `troupe COMMAND --json` says at a node, or None if it fails."""
        asked = subprocess.run([self._program, command, "--json", "--node", self.socket(node)],
                               capture_output=True, text=True, check=False)
        return None if asked.returncode else json.loads(asked.stdout)

    def _start(self, node):
        peers = [f"127.0.0.1:{port}" for port in self._ports.values()]
        text = (f'[node]\nname = "{node}"\nstate_dir = {json.dumps(str(self._folder / node))}\n'
                'log = { level = "warn" }\n[http]\nlisten = "off"\n'
                f'[cluster]\nlisten = "127.0.0.1:{self._ports[node]}"\n'
                f"peers = {json.dumps(peers)}\n")
        if self._tls:
            text += f'tls = {{ cert = "{node}.crt", key = "{node}.key", ca = "ca.crt" }}\n'
        for pool, command in self._pools[node].items():
            text += f"[pool.{pool}]\ncommand = {json.dumps(command)}\n{self._shape}"
        file = self._folder / f"{node}.toml"
        file.write_text(text)
        log = (self._folder / f"{node}.log").open("wb")
        with log:
            self._nodes[node] = subprocess.Popen(
                [self._program, "serve", "-c", file], stdout=subprocess.PIPE, stderr=log,
                text=True, cwd=self._folder)

    def _wait(self):
        for node, process in self._nodes.items():
            line = line_of(process, f"node {node}")
            if not line.startswith(f"troupe: node {node} ready "):
                self._fail(f"node {node} said {line!r} instead of being ready")
        deadline = time.monotonic() + SECONDS_TO_START
        while not all(self._is_complete(node) for node in self._nodes):
            if time.monotonic() > deadline:
                self._fail("the nodes were not connected in time")
            time.sleep(0.1)

    def _is_complete(self, node):
        """Returns whether a node sees every other one, and all of their pools with all slots."""
        said = self._ask(node, "nodes")
        if said is None:
            return False
        rows = {row["node"]: row for row in said}
        return all(name in rows and rows[name]["state"] == "up"
                   and all(rows[name]["pools"].get(pool, {}).get("size") == self._slots
                           for pool in pools)
                   for name, pools in self._pools.items())

    def _fail(self, what):
        logs = "\n".join(file.read_text(errors="replace")[-1000:]
                         for file in sorted(self._folder.glob("*.log")))
        sys.exit(f"scripts/bench: {what}; the ends of their logs:\n{logs}")


class Relay:
    """A socket that leads to that of a node, through two processes. Use with `with`.

    `near` is the first of them: "near" passes on lines, "calls" keeps a map of the calls.
    """

    def __init__(self, build, node_socket, near="near"):
        self._program = build / "tests/bench/bench_relay"
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="troupe-bench-"))
        self.socket = str(self._folder / "near.sock")
        self._processes = []
        self._node_socket, self._near = node_socket, near

    def __enter__(self):
        port = self._start("far", self._node_socket)
        self._start(self._near, self.socket, port)
        return self

    def __exit__(self, *_):
        for process in self._processes:
            process.kill()
            process.wait()
            process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, *words):
        process = subprocess.Popen([self._program, *words], stdout=subprocess.PIPE, text=True)
        self._processes.append(process)
        return line_of(process, f"the relay {words[0]}")
