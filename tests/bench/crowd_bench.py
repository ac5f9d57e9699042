"""The part of scripts/bench about those who do nothing: what a thousand idle workers and a thousand
idle connections take of the node's memory, and of the time of calls beside them.
"""
import contextlib
import http.client
import json
import pathlib
import resource
import socket
import time

from bench_node import Node, measure, wait_for_workers
from cluster_bench import PAIRS, Case, measure_case, show

NUMBER = 1000
MEMORY, CALLS = "crowd-memory", Case(f"crowd-{NUMBER}", ("crowd", "alone"), 64)
NAMES = [MEMORY, CALLS.name]
LIMITS = {"worker": 8, "connection": 2, "http_connection": 2}  # KiB


def bars(results):
    """Yields (what is asked, the figure, whether it is met) for all that was measured."""
    for what, most in LIMITS.items():
        if MEMORY in results:
            got = results[MEMORY][f"{what}_kib"]
            yield (f"an idle {what.replace('_', ' of ').replace('http of', 'HTTP')}: at most {most} KiB of the node",
                   f"{got:.1f} KiB", got <= most)
    if CALLS.name in results:
        got = results[CALLS.name]["p99_x"]["alone"]
        yield (f"{NUMBER} idle workers and connections: p99 at most 1.1 × without", f"{got:.2f} ×",
               got <= 1.1)


def resident_kib(pid):
    """Returns the memory of a process that is its own: no file, and shared with nobody."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    raise RuntimeError("the system does not tell RssAnon")


def idle_pool(build, number):
    worker = json.dumps([str(build / "tests/bench/echo_worker")])
    return f"[pool.idle]\ncommand = {worker}\nsize = {number}\n"


@contextlib.contextmanager
def idle_clients(number, connect):
    """Keeps connections open that have been used once, and are not any more."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with contextlib.ExitStack() as opened:
        for _ in range(number):
            opened.enter_context(contextlib.closing(connect()))
        yield


def socket_client(node):
    client = socket.socket(socket.AF_UNIX)
    client.connect(node.socket)
    client.sendall(b'{"request_id":"1","to":"echo","kind":"x","payload":1}\n')
    if b'"error":null' not in client.recv(4096):
        node.fail("an idle client got no answer")
    return client


def http_client(node, times=1):
    client = http.client.HTTPConnection(node.address, timeout=30)
    for _ in range(times):
        client.request("GET", "/ready")
        client.getresponse().read()
    return client


def used(node):
    """Returns the memory of a node that has answered many requests of one client: its threads keep
    some memory of calls, however many clients there are."""
    with contextlib.closing(http_client(node, NUMBER)):
        pass
    return settled(node)


def settled(node):
    """Returns the node's memory when it has not grown for a second."""
    last = resident_kib(node.process.pid)
    while True:
        time.sleep(1)  # the node has no way to tell that it is at rest
        now = resident_kib(node.process.pid)
        if now <= last:
            return now
        last = now


def measure_memory(build):
    with Node(build, 2, 16, "") as node:
        alone = settled(node)
        before = used(node)
        with idle_clients(NUMBER, lambda: socket_client(node)):
            connection = settled(node) - before
    with Node(build, 2, 16, "") as node:
        before = used(node)
        with idle_clients(NUMBER, lambda: http_client(node)):
            http_connection = settled(node) - before
    with Node(build, 2, 16, "", idle_pool(build, NUMBER)) as node:
        wait_for_workers(node)
        worker = settled(node) - alone
    return {"worker_kib": worker / NUMBER, "connection_kib": connection / NUMBER,
            "http_connection_kib": http_connection / NUMBER, "wrong": 0, "errors": 0}


def measure_calls(build, options):
    with contextlib.ExitStack() as opened:
        crowd = opened.enter_context(Node(build, 2, 16, "", idle_pool(build, NUMBER)))
        alone = opened.enter_context(Node(build, 2, 16, ""))
        wait_for_workers(crowd)
        opened.enter_context(idle_clients(NUMBER, lambda: socket_client(crowd)))
        sockets = {"crowd": crowd.socket, "alone": alone.socket}

        def run_way(way, outstanding, seconds, payload):
            return measure(build, ["socket", sockets[way], "echo"], outstanding, seconds, payload)

        pairs = 1 if options.quick else max(PAIRS, options.rounds)
        return measure_case(CALLS, run_way, options.seconds, pairs)


def run(options, build):
    """Measures what was chosen; returns the results by name."""
    results = {}
    for name in (name for name in NAMES if options.only in name):
        r = measure_memory(build) if name == MEMORY else measure_calls(build, options)
        results[name] = r
        if options.json:
            print(json.dumps({"case": name} | r), flush=True)
        elif name == MEMORY:
            print(f"{name:20} " + ", ".join(f"{r[f'{what}_kib']:.1f} KiB an idle {what}"
                                            for what in LIMITS), flush=True)
        else:
            show(CALLS, r)
    return results
