"""The part of scripts/bench that compares the node's processor time of a call with that of an older
program, in turns (`--before PROGRAM`).
"""
import contextlib
import json
import statistics

from bench_node import Node, cpu_seconds, measure
from cluster_bench import PAIRS
from profile_bench import calls_of

OUTSTANDING = 64
CASES = {"before-socket": 0.5, "before-http": 0.6}  # the most of the older one's
NAMES = list(CASES)


def bars(results):
    """Yields (what is asked, the figure, whether it is met) for all that was measured."""
    for name, r in results.items():
        yield (f"{name}: at most {CASES[name]} × the processor time of a call before",
               f"{r['cpu_x']:.2f} ×", r["cpu_x"] <= CASES[name])


def cpu_of_calls(build, node, front, seconds):
    """Returns what a run found, with the microseconds of the node's processors that a call took."""
    target = (["socket", node.socket, "echo"] if front == "socket"
              else ["http", node.address, node.key, "echo"])
    calls, cpu = calls_of(node), cpu_seconds(node.process.pid)
    found = measure(build, target, OUTSTANDING, seconds)
    cpu = cpu_seconds(node.process.pid) - cpu
    return found | {"cpu_us": cpu / (calls_of(node) - calls) * 1e6}


def measure_both(build, name, options):
    front = name.removeprefix("before-")
    runs = {"now": [], "before": []}
    with contextlib.ExitStack() as running:
        nodes = {"now": running.enter_context(Node(build, 2, 16, "")),
                 "before": running.enter_context(
                     Node(build, 2, 16, "", program=options.before.resolve()))}
        for i in range(1 if options.quick else max(PAIRS, options.rounds)):
            for way in sorted(runs, reverse=i % 2 == 1):
                runs[way].append(cpu_of_calls(build, nodes[way], front, options.seconds))
    result = {f"cpu_us_{way}": statistics.median(r["cpu_us"] for r in all_runs)
              for way, all_runs in runs.items()}
    result["cpu_x"] = statistics.median(
        now["cpu_us"] / before["cpu_us"] for now, before in zip(runs["now"], runs["before"]))
    return result | {key: sum(r[key] for all_runs in runs.values() for r in all_runs)
                     for key in ("wrong", "errors")}


def run(options, build):
    """Measures what was chosen, if there is an older program; returns the results by name."""
    results = {}
    for name in (name for name in NAMES if options.before and options.only in name):
        results[name] = r = measure_both(build, name, options)
        if options.json:
            print(json.dumps({"case": name} | r), flush=True)
        else:
            print(f"{name:20} {r['cpu_us_now']:.2f} µs of the node a call, before "
                  f"{r['cpu_us_before']:.2f} µs: {r['cpu_x']:.2f} ×", flush=True)
    return results
