"""`scripts/bench profile`: where the processor time of a call goes in the node, its allocations and
its system calls. What it needs and how to read it stands in README.md.
"""
import collections
import http.client
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from bench_node import Node, cpu_seconds, measure
from phases import PHASES
from samples import Watch, shares_of_phases

OUTSTANDING = 64
SYSTEM_CALLS = ("read", "readv", "recvfrom", "recvmsg", "write", "writev", "sendto", "sendmsg",
                "epoll_wait", "epoll_ctl", "sched_yield", "futex")


@dataclass(frozen=True)
class Case:
    """A front, and the window of two workers."""

    front: str
    window: int

    @property
    def name(self):
        return f"{self.front}-window{self.window}-{OUTSTANDING}"


CASES = [Case(front, window) for front in ("socket", "http") for window in (1, 16)]


def ask(node, path):
    connection = http.client.HTTPConnection(node.address, timeout=30)
    connection.request("GET", path, headers={"X-API-Key": node.key})
    answer = connection.getresponse().read().decode()
    connection.close()
    return answer


def calls_of(node):
    """Returns how many calls the node has had."""
    return json.loads(ask(node, "/api/pools"))[0]["calls"]


def run_load(build, node, case, seconds):
    target = (["socket", node.socket, "echo"] if case.front == "socket"
              else ["http", node.address, node.key, "echo"])
    run = measure(build, target, OUTSTANDING, seconds)
    if run["wrong"] or run["errors"]:
        sys.exit(f"scripts/bench: {case.name}: answers were wrong, or errors")
    return run


def measure_system_calls(node, work):
    """Returns how many system calls of each name a call takes."""
    pid = str(node.process.pid)
    if shutil.which("perf"):
        events = ["raw_syscalls:sys_enter", *(f"syscalls:sys_enter_{name}" for name in SYSTEM_CALLS)]
        watch = Watch(["perf", "stat", "-x,", "-e", ",".join(events), "-p", pid])
    elif shutil.which("strace"):
        watch = Watch(["strace", "-c", "-f", "-q", "-p", pid])
    else:
        return None
    before = calls_of(node)
    with watch:
        work()
    calls = calls_of(node) - before
    counts = collections.Counter()
    for line in watch.said.splitlines():
        if watch.process.args[0] == "perf":  # count, unit, event, …
            row = line.split(",")[2::-2]
        else:  # % time, seconds, usecs/call, calls, [errors], name
            words = line.split()
            row = [words[-1], words[3]] if len(words) >= 5 else []
        if len(row) == 2 and row[1].isdigit():
            counts[row[0].removeprefix("syscalls:sys_enter_")] += int(row[1])
    total = counts.pop("raw_syscalls:sys_enter", counts.pop("total", 0))
    if not total:
        return None
    counts["others"] = total - sum(counts.values())
    return {name: count / calls for name, count in counts.most_common() if count / calls >= 0.005}


def measure_allocations(build, case, seconds):
    """Returns the allocations of a call, and their bytes, in a node of its own."""
    library = build / "tests/bench/liballocation_counter.so"
    if not library.exists():
        return None
    with tempfile.NamedTemporaryFile(prefix="troupe-bench-") as file:
        file.write(bytes(24))
        file.flush()

        def counts():
            return struct.unpack("=QQQ", pathlib.Path(file.name).read_bytes())[1:]

        with Node(build, 2, case.window, "", environment={
                "LD_PRELOAD": str(library), "TROUPE_ALLOCATION_COUNTS": file.name}) as node:
            run_load(build, node, case, seconds / 4)
            calls, before = calls_of(node), counts()
            run_load(build, node, case, seconds)
            after, calls = counts(), calls_of(node) - calls
    return {"number": (after[0] - before[0]) / calls, "bytes": (after[1] - before[1]) / calls}


def measure_loop(node):
    """Returns how busy the loops were and their iterations, as the node itself counts them."""
    rows = dict(line.rsplit(" ", 1) for line in ask(node, "/metrics").splitlines()
                if line.startswith("troupe_loop_"))

    def total(name):
        return sum(float(value) for key, value in rows.items() if key.startswith(name + "{"))

    return {"busy_s": total("troupe_loop_busy_seconds_total"),
            "iterations": total("troupe_loop_turn_seconds_count")}


def profile(build, case, seconds):
    with Node(build, 2, case.window, "") as node:
        run_load(build, node, case, seconds / 4)
        calls, cpu, loop = calls_of(node), cpu_seconds(node.process.pid), measure_loop(node)
        run = run_load(build, node, case, seconds)
        cpu = cpu_seconds(node.process.pid) - cpu
        calls = calls_of(node) - calls
        loop = {key: value - loop[key] for key, value in measure_loop(node).items()}

        def work():
            run_load(build, node, case, seconds)

        result = {"calls_per_s": run["calls_per_s"], "cpu_us": cpu / calls * 1e6,
                  "busy_us": loop["busy_s"] / calls * 1e6,
                  "calls_an_iteration": calls / max(loop["iterations"], 1),
                  "phases": shares_of_phases(node.process.pid, work),
                  "system_calls": measure_system_calls(node, work)}
    return result | {"allocations": measure_allocations(build, case, seconds)}


def show(case, r):
    print(f"{case.name}: {r['calls_per_s']:.0f} calls/s; {r['cpu_us']:.2f} µs of processor time a call; "
          f"{r['busy_us']:.2f} µs a call of iterations that did something; "
          f"{r['calls_an_iteration']:.1f} calls an iteration")
    if r["phases"]:
        for phase, share in r["phases"]["share"].items():
            print(f"  {phase:12} {share:6.1%} {share * r['cpu_us'] * 1000:7.0f} ns  {PHASES[phase]}")
        for name, share in r["phases"]["other"].items():
            print(f"    {share:.1%} other: {name[:90]}")
    else:
        print("  phases: unknown, since perf is not installed or may not record")
    if r["allocations"]:
        print(f"  allocations: {r['allocations']['number']:.2f} a call, "
              f"{r['allocations']['bytes']:.0f} bytes")
    else:
        print("  allocations: unknown, since liballocation_counter.so is not built")
    if r["system_calls"]:
        print("  system calls a call: " + ", ".join(
            f"{name} {count:.2f}" for name, count in r["system_calls"].items()), flush=True)
    else:
        print("  system calls: unknown, since perf and strace are not installed or may not trace")


def run(options, build):
    """Profiles what was chosen; returns the results by name."""
    chosen = [case for case in CASES if options.only in case.name]
    if not chosen:
        sys.exit(f"scripts/bench: no case of the profile is called {options.only!r}")
    results = {}
    for case in chosen:
        results[case.name] = result = profile(build, case, options.seconds)
        if options.json:
            print(json.dumps({"case": case.name} | result), flush=True)
        else:
            show(case, result)
    return results
