"""The part of scripts/bench about loops: what a call costs the node whose connection and pool are on
one loop, and on two, and whose pool is on two itself. Which loop a connection gets is seen from the
threads that were busy; of a pool on two, both are in any case.
"""
import json
import pathlib
import statistics

from bench_node import Node, cpu_seconds, measure
from cluster_bench import PAIRS
from profile_bench import calls_of

OUTSTANDING = 64
NAMES = ["loops-64"]
CROSSED = 0.1  # the share of the less busy loop from which on a run counts as crossing
FIGURES = ("calls_per_s", "cpu_us", "loop_us")


def bars(_):
    """Yields nothing: with two cores for load, node and workers, two loops are no faster."""
    return ()


def busy(pid):
    """Returns the processor time of each loop's thread."""
    return [int((task / "schedstat").read_text().split()[0]) / 1e9
            for task in sorted(pathlib.Path(f"/proc/{pid}/task").iterdir())
            if (task / "comm").read_text() == "loop\n"]


def way_of(loops, spread):
    """Returns what a run was a run of."""
    if len(loops) == 1 or spread:
        return "spread" if spread else "one"
    return "crossing" if min(loops) > CROSSED * sum(loops) else "beside"


def measure_run(build, node, spread, seconds):
    """Returns the way of the run, and its figures: `loop_us` is the time of the busiest loop a call,
    which is what a pool is bounded by."""
    pid = node.process.pid
    calls, cpu, loops = calls_of(node), cpu_seconds(pid), busy(pid)
    found = measure(build, ["socket", node.socket, "echo"], OUTSTANDING, seconds)
    cpu, loops = cpu_seconds(pid) - cpu, [now - was for now, was in zip(busy(pid), loops)]
    calls = calls_of(node) - calls
    return way_of(loops, spread), found | {"cpu_us": cpu / calls * 1e6,
                                           "loop_us": max(loops) / calls * 1e6}


def run(options, build):
    """Measures what was chosen; returns the results by name."""
    results = {}
    for name in (name for name in NAMES if options.only in name):
        runs = {}
        with (Node(build, 2, 16, "", loops=1) as one, Node(build, 2, 16, "", loops=2) as two,
              Node(build, 2, 16, "", "loops = 2\n", loops=2) as spread):
            # The connections of a node take turns on its loops, so half of the runs cross.
            for _ in range(1 if options.quick else max(PAIRS, options.rounds)):
                for node in (one, two, two, spread, spread):
                    way, found = measure_run(build, node, node is spread, options.seconds)
                    runs.setdefault(way, []).append(found)
        r = {figure: {way: statistics.median(x[figure] for x in found)
                      for way, found in runs.items()}
             for figure in FIGURES}
        r |= {key: sum(x[key] for found in runs.values() for x in found)
              for key in ("wrong", "errors")}
        results[name] = r
        if options.json:
            print(json.dumps({"case": name} | r), flush=True)
        else:
            for way in runs:
                print(f"{name:20} {way:8} {r['calls_per_s'][way]:>9.0f}/s  "
                      f"{r['cpu_us'][way]:.2f} µs of the node a call, "
                      f"{r['loop_us'][way]:.2f} of the busiest loop", flush=True)
    return results
