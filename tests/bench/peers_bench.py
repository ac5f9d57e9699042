"""The part of scripts/bench that compares the node with others in one run, in turns: with relays
written by hand and a worker's own pipes, which are floors, with gearmand, NATS and Redis, and with
nginx and uwsgi as proxies. A peer that is not installed is left out.
"""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from bench_node import Node, measure
from cluster_bench import PAIRS, Case, measure_case, show
from peer_servers import BROKERS, PROXIES, WORKERS, find

KIB = 1024
CASES = {case.name: case for case in (
    Case("peers-64-window16", ("troupe", "relay", "requests", "nats"), 64),
    Case("peers-64-window1", ("troupe", "relay", "requests", "gearman", "redis"), 64),
    Case("peers-1", ("troupe", "direct", "relay", "requests", "nats", "gearman", "redis"), 1),
    Case("peers-1-one-core", ("troupe", "direct", "relay", "requests"), 1),
    Case("peers-http-64", ("troupe", "nginx", "uwsgi"), 64),
    Case("peers-64KiB", ("troupe", "direct"), 4, 64 * KIB),
    Case("peers-1MiB", ("troupe", "direct"), 4, KIB * KIB))}
NAMES = list(CASES)
FLOORS = {"relay": "call_relay", "requests": "request_relay"}
BARS = (  # case, figure, other, bar, whether more is better, what is asked
    ("peers-64-window16", "rate_x", "relay", 0.8, True, "64 outstanding, window 16: calls/s of a relay by hand"),
    ("peers-64-window16", "rate_x", "nats", 1.5, True, "64 outstanding, window 16: calls/s of NATS"),
    ("peers-64-window1", "rate_x", "gearman", 2.5, True, "64 outstanding, window 1: calls/s of gearmand"),
    ("peers-1", "p50_x", "nats", 0.25, False, "1 outstanding: p50 of NATS"),
    ("peers-1-one-core", "p50_x", "direct", 3, False, "1 outstanding on one core: p50 of a worker's pipes"),
    ("peers-http-64", "rate_x", "uwsgi", 1, True, "HTTP, 64 connections: requests/s of uwsgi's router"),
    ("peers-http-64", "rate_x", "nginx", 1, True, "HTTP, 64 connections: requests/s of nginx as a proxy"),
    ("peers-64KiB", "rate_x", "direct", 0.9, True, "64 KiB: calls/s of a worker's pipes"),
    ("peers-1MiB", "rate_x", "direct", 0.9, True, "1 MiB: calls/s of a worker's pipes"),
)


def bars(results):
    """Yields (what is asked, the figure, whether it is met) for all that was measured."""
    for case, figure, other, bar, at_least, what in BARS:
        if other in results.get(case, {}).get(figure, {}):
            got = results[case][figure][other]
            yield (f"at {'least' if at_least else 'most'} {bar} × {what}", f"{got:.2f} ×",
                   got >= bar if at_least else got <= bar)


@contextlib.contextmanager
def one_core():
    """Has this process, and all that it starts meanwhile, run on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def floor(program, build, window):
    """Runs a relay that is written by hand; yields its socket."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="troupe-bench-"))
    relay = subprocess.Popen([build / "tests/bench" / program, folder / "relay.sock", str(WORKERS),
                              str(window), build / "tests/bench/echo_worker"],
                             stdout=subprocess.PIPE, text=True)
    try:
        if relay.stdout.readline() != "ready\n":
            sys.exit("scripts/bench: the relay did not start")
        yield str(folder / "relay.sock")
    finally:
        relay.kill()
        relay.wait()
        relay.stdout.close()
        shutil.rmtree(folder)


def start(way, build, window, is_http, running):
    """Starts what a way needs; returns the target of the load, or None where it is not installed."""
    if way == "direct":
        return ["direct", str(build / "tests/bench/echo_worker")]
    if way == "troupe":
        node = running.enter_context(Node(build, WORKERS, window, ""))
        return (["http", node.address, node.key, "echo"] if is_http
                else ["socket", node.socket, "echo"])
    if way in FLOORS:
        return ["socket", running.enter_context(floor(FLOORS[way], build, window)), "echo"]
    names, begin = BROKERS.get(way) or PROXIES[way]
    program = find(*([names] if isinstance(names, str) else names))
    if not program:
        return None
    peer = running.enter_context(begin(program, build))
    return ["web", peer.address, "/echo"] if is_http else [way, peer.address]


def measure_ways(build, case, options):
    """Measures the ways of a case that there are; returns the case with those, and the result."""
    window = 1 if case.name.endswith("window1") else 16
    with contextlib.ExitStack() as running:
        if case.name.endswith("one-core"):
            running.enter_context(one_core())
        targets = {way: start(way, build, window, "http" in case.name, running)
                   for way in case.ways}
        for way in (way for way, target in targets.items() if not target):
            print(f"{case.name}: {way} is not installed", file=sys.stderr)
        case = Case(case.name, tuple(way for way in case.ways if targets[way]), case.outstanding,
                    case.payload)

        def run_way(way, outstanding, seconds, payload):
            return measure(build, targets[way], outstanding, seconds, payload)

        pairs = 1 if options.quick else max(PAIRS, options.rounds)
        return case, measure_case(case, run_way, options.seconds, pairs)


def run(options, build):
    """Measures what was chosen; returns the results by name."""
    results = {}
    for case in (case for case in CASES.values() if options.only in case.name):
        case, r = measure_ways(pathlib.Path(build), case, options)
        results[case.name] = r
        if options.json:
            print(json.dumps({"case": case.name} | r), flush=True)
        else:
            show(case, r)
    return results
