"""The part of scripts/bench that compares the nodes' processor time of a call with that of an older
program, in turns (`--before PROGRAM`).
"""
import contextlib
import json
import statistics

from bench_node import Node, cpu_seconds, measure
from cluster_bench import PAIRS
from cluster_nodes import Cluster
from profile_bench import calls_of

OUTSTANDING = 64
# The most of the older one's. Clusters are last: they move this process to a network of its own.
CASES = {"before-socket": 0.5, "before-http": 0.6, "before-cluster": 1.1}
NAMES = list(CASES)


def bars(results):
    """Yields (what is asked, the figure, whether it is met) for all that was measured."""
    for name, r in results.items():
        yield (f"{name}: at most {CASES[name]} × the processor time of a call before",
               f"{r['cpu_x']:.2f} ×", r["cpu_x"] <= CASES[name])


class OneNode:
    """Calls to a pool of the node. Use with `with`."""

    def __init__(self, build, front, program=None):
        self._node, self._front = Node(build, 2, 16, "", program=program), front

    def __enter__(self):
        self._node.__enter__()
        return self

    def __exit__(self, *_):
        self._node.__exit__()

    def target(self):
        node = self._node
        return (["socket", node.socket, "echo"] if self._front == "socket"
                else ["http", node.address, node.key, "echo"])

    def calls(self):
        return calls_of(self._node)

    def cpu(self):
        return cpu_seconds(self._node.process.pid)


class TwoNodes:
    """Calls through the socket of one node to a pool of the other. Use with `with`."""

    def __init__(self, build, program=None):
        worker = [str(build / "tests/bench/echo_worker"), "--window", "16"]
        self._nodes = Cluster(build, {"alpha": {"near": worker}, "beta": {"far": worker}},
                              size=2, window=16, program=program)

    def __enter__(self):
        self._nodes.__enter__()
        return self

    def __exit__(self, *_):
        self._nodes.__exit__()

    def target(self):
        return ["socket", self._nodes.socket("alpha"), "far"]

    def calls(self):
        return self._nodes.calls("beta")

    def cpu(self):
        return sum(self._nodes.cpu_seconds().values())


def cpu_of_calls(build, nodes, seconds):
    """Returns what a run found, with the microseconds of the nodes' processors that a call took."""
    calls, cpu = nodes.calls(), nodes.cpu()
    found = measure(build, nodes.target(), OUTSTANDING, seconds)
    cpu = nodes.cpu() - cpu
    return found | {"cpu_us": cpu / (nodes.calls() - calls) * 1e6}


def start(build, name, program=None):
    """Returns the nodes of a case, for `with`."""
    front = name.removeprefix("before-")
    return TwoNodes(build, program) if front == "cluster" else OneNode(build, front, program)


def measure_both(build, name, options):
    runs = {"now": [], "before": []}
    with contextlib.ExitStack() as running:
        nodes = {"now": running.enter_context(start(build, name)),
                 "before": running.enter_context(start(build, name, options.before.resolve()))}
        for i in range(1 if options.quick else max(PAIRS, options.rounds)):
            for way in sorted(runs, reverse=i % 2 == 1):
                runs[way].append(cpu_of_calls(build, nodes[way], options.seconds))
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
            print(f"{name:20} {r['cpu_us_now']:.2f} µs of the nodes a call, before "
                  f"{r['cpu_us_before']:.2f} µs: {r['cpu_x']:.2f} ×", flush=True)
    return results
