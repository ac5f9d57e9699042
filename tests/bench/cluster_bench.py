"""The part of scripts/bench about clusters: calls to a pool of another node, compared with the
same calls on one node and with a raw relay between two processes, in turn, pair by pair. What is
measured and why stands in README.md.
"""
import itertools
import json
import pathlib
import random
import statistics
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass

from cluster_nodes import Cluster, Relay, lo_bytes

PAIRS = 5
LARGE = 1024 * 1024


@dataclass(frozen=True)
class Case:
    """The same calls in two or three ways, of which the first is measured against the others."""

    name: str
    ways: tuple
    outstanding: int
    payload: int = 64


CASES = [
    *(Case(f"cluster-calls-{n}", ("remote", "local", "relay", "bytes"), n) for n in (1, 16, 64, 256)),
    *(Case(f"cluster-tls-{n}", ("tls", "remote"), n) for n in (1, 16, 64, 256)),
    Case("cluster-1MiB", ("remote", "local", "bytes"), 4, LARGE),
    Case("cluster-tls-1MiB", ("tls", "remote"), 4, LARGE),
]
IDLE, GOSSIP = "cluster-idle", "cluster-gossip"
NAMES = [case.name for case in CASES] + [IDLE, GOSSIP]


def bars(results):
    """Yields (what is asked, the figure, whether it is met) for all that was measured."""

    def ratio(case, key, other):
        return results[case][key][other] if case in results else None

    for what, got, bar, unit, at_least in (
            ("1 outstanding: remote p50 at most 2.5 × local",
             ratio("cluster-calls-1", "p50_x", "local"), 2.5, "×", False),
            ("1 outstanding: remote p50 at most 1.4 × relay",
             ratio("cluster-calls-1", "p50_x", "relay"), 1.4, "×", False),
            ("64 outstanding: at least 40 k/s remote",
             ratio("cluster-calls-64", "k_per_s", "remote"), 40, "k/s", True),
            ("64 outstanding: remote at least 0.85 × relay",
             ratio("cluster-calls-64", "rate_x", "relay"), 0.85, "×", True),
            ("1 MiB: remote at least 0.7 × local",
             ratio("cluster-1MiB", "rate_x", "local"), 0.7, "×", True),
            ("1 outstanding: TLS p50 at most 1.5 × plain",
             ratio("cluster-tls-1", "p50_x", "remote"), 1.5, "×", False)):
        if got is not None:
            yield what, f"{got:.2f} {unit}", got >= bar if at_least else got <= bar
    if IDLE in results:
        most = max(results[IDLE]["cpu"].values())
        yield "idle: less than 0.3 % of a core a node", f"{most:.2%}", most < 0.003
    if GOSSIP in results:
        rate = results[GOSSIP]["kb_per_s"]
        yield "gossip of 200 pools: less than 100 KB/s", f"{rate:.0f} KB/s", rate < 100


def measure_case(case, run, seconds, pairs):
    """Returns the medians of each way, and of the ratios of runs that follow each other."""
    runs = {way: [] for way in case.ways}
    for i in range(pairs):
        # A machine that becomes slower meanwhile favours nobody: each is the first in turn.
        for way in case.ways[i % len(case.ways):] + case.ways[:i % len(case.ways)]:
            runs[way].append(run(way, case.outstanding, seconds, case.payload))
    first = case.ways[0]

    def ratio(key, other):
        return statistics.median(a[key] / max(b[key], 0.001)
                                 for a, b in zip(runs[first], runs[other]))

    return {
        "p50_us": {way: statistics.median(r["p50_us"] for r in runs[way]) for way in case.ways},
        "p99_us": {way: statistics.median(r["p99_us"] for r in runs[way]) for way in case.ways},
        "k_per_s": {way: statistics.median(r["calls_per_s"] for r in runs[way]) / 1000
                    for way in case.ways},
        "p50_x": {way: ratio("p50_us", way) for way in case.ways[1:]},
        "p99_x": {way: ratio("p99_us", way) for way in case.ways[1:]},
        "rate_x": {way: ratio("calls_per_s", way) for way in case.ways[1:]},
        "wrong": sum(r["wrong"] for all_runs in runs.values() for r in all_runs),
        "errors": sum(r["errors"] for all_runs in runs.values() for r in all_runs),
    }


def show(case, r):
    for way in case.ways:
        against = "" if way == case.ways[0] else (
            f"  p50 {r['p50_x'][way]:.2f} ×  calls/s {r['rate_x'][way]:.2f} ×")
        print(f"{case.name:20} {way:7} {r['k_per_s'][way] * 1000:>9.0f}/s  p50 "
              f"{r['p50_us'][way]:>9.1f} µs  p99 {r['p99_us'][way]:>9.1f} µs{against}", flush=True)


def measure_calls(build, chosen, measure, options, results):
    """Runs the cases of calls, with a plain cluster, one with TLS and a relay side by side."""
    pairs = 1 if options.quick else max(PAIRS, options.rounds)
    worker = [str(build / "tests/bench/echo_worker"), "--window", "16"]
    pools = {"alpha": {"near": worker}, "beta": {"far": worker}, "gamma": {"spare": worker}}
    ways = {way for case in chosen for way in case.ways}
    with ExitStack() as running:
        plain = running.enter_context(Cluster(build, pools, size=2, window=16))
        target = {way: (plain.socket("alpha"), pool)
                  for way, pool in (("local", "near"), ("remote", "far"))}
        if "tls" in ways:
            secret = running.enter_context(Cluster(build, pools, size=2, window=16, tls=True))
            target["tls"] = secret.socket("alpha"), "far"
        for way, near in (("relay", "calls"), ("bytes", "near")):
            if way in ways:
                relay = running.enter_context(Relay(build, plain.socket("beta"), near))
                target[way] = relay.socket, "far"

        def run(way, outstanding, seconds, payload):
            return measure(build, ["socket", *target[way]], outstanding, seconds, payload)

        for case in chosen:
            results[case.name] = r = measure_case(case, run, options.seconds, pairs)
            if options.json:
                print(json.dumps({"case": case.name} | r), flush=True)
            else:
                show(case, r)


def measure_idle(build, options):
    """Returns the share of a core that each node of three takes while nothing happens."""
    worker = [str(build / "tests/bench/echo_worker")]
    with Cluster(build, {node: {"echo": worker} for node in ("alpha", "beta", "gamma")}) as nodes:
        seconds = 3 if options.quick else 20
        time.sleep(2)  # what follows a start is over; nothing tells when
        before, begun = nodes.cpu_seconds(), time.monotonic()
        time.sleep(seconds)
        after, took = nodes.cpu_seconds(), time.monotonic() - begun
        return {"cpu": {node: (after[node] - before[node]) / took for node in before},
                "wrong": 0, "errors": 0}


def keep_busy(socket, pools, until):
    """Has the load of each pool change all the time, by calls that come in bursts."""
    with subprocess.Popen(["socat", "-t", "2", "-", f"UNIX-CONNECT:{socket}"],
                          stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as client:
        ids = itertools.count()
        try:
            while time.monotonic() < until:
                for pool in pools:
                    for _ in range(random.randrange(6)):
                        call = {"request_id": str(next(ids)), "to": pool, "kind": "x"}
                        client.stdin.write((json.dumps(call) + "\n").encode())
                client.stdin.flush()
                time.sleep(0.1)  # the pace of the bursts
            client.stdin.close()
        except BrokenPipeError:
            print("scripts/bench: a client of the gossip was let go", file=sys.stderr)
            client.kill()


def measure_gossip(build, options):
    """Returns what crosses the network while the load of 200 pools changes all the time. Calls come
    over unix sockets, so all of it is between nodes: gossip, beats and TCP's own."""
    worker = [str(build / "tests/bench/echo_worker"), "--delay-us", "40000"]
    pools = {node: {f"pool-{node}-{i}": worker for i in range(67)}
             for node in ("alpha", "beta", "gamma")}
    seconds = 3 if options.quick else 15
    with Cluster(build, pools) as nodes:
        until = time.monotonic() + seconds + 2
        clients = [threading.Thread(target=keep_busy, args=(nodes.socket(node), names, until))
                   for node, names in pools.items()]
        for client in clients:
            client.start()
        time.sleep(1)
        before, begun = lo_bytes(), time.monotonic()
        time.sleep(seconds)
        rate = (lo_bytes() - before) / (time.monotonic() - begun) / 1000
        for client in clients:
            client.join()
    return {"kb_per_s": rate, "wrong": 0, "errors": 0}


def run(options, build, measure):
    """Measures what was chosen; returns the results by name."""
    results = {}
    build = pathlib.Path(build)
    chosen = [case for case in CASES if options.only in case.name]
    if chosen:
        measure_calls(build, chosen, measure, options, results)
    for name, what in ((IDLE, measure_idle), (GOSSIP, measure_gossip)):
        if options.only not in name:
            continue
        if name == GOSSIP and not Cluster.has_own_network():
            print("NOTE: not root, so the bytes between nodes are not counted", file=sys.stderr)
            continue
        results[name] = what(build, options)
        if options.json:
            print(json.dumps({"case": name} | results[name]), flush=True)
    return results
