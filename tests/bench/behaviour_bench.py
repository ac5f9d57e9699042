"""The part of scripts/bench about workers that are actors of the node: calls to the behaviour
`echo`, compared with the same calls to an `echo_worker`, which is a process, pair by pair.
"""
import json
import pathlib

from cluster_bench import PAIRS, Case, measure_case, show

WINDOW = 64
CASES = [Case(f"behaviour-{n}", ("behaviour", "process"), n) for n in (1, 16, 64, 256)]
NAMES = [case.name for case in CASES]
POOLS = {"behaviour": "inside", "process": "echo"}


def bars(results):
    """Yields (what is asked, the figure, whether it is met) for all that was measured."""
    if "behaviour-1" in results:
        got = results["behaviour-1"]["p50_x"]["process"]
        yield "behaviour, 1 outstanding: p50 at most that of a process", f"{got:.2f} ×", got <= 1
    if "behaviour-64" in results:
        got = results["behaviour-64"]["rate_x"]["process"]
        yield "behaviour, 64 outstanding: no slower than a process", f"{got:.2f} ×", got >= 1


def run(options, build, measure, Node):
    """Measures what was chosen; returns the results by name.

    @param Node: starts a node with a pool `echo` of processes."""
    results = {}
    chosen = [case for case in CASES if options.only in case.name]
    if not chosen:
        return results
    inside = f'[pool.inside]\nbehaviour = "echo"\nwindow = {WINDOW}\n'
    with Node(pathlib.Path(build), 1, WINDOW, "", inside) as node:
        def run_way(way, outstanding, seconds, payload):
            return measure(build, ["socket", node.socket, POOLS[way]], outstanding, seconds,
                           payload)

        for case in chosen:
            pairs = 1 if options.quick else max(PAIRS, options.rounds)
            results[case.name] = r = measure_case(case, run_way, options.seconds, pairs)
            if options.json:
                print(json.dumps({"case": case.name} | r), flush=True)
            else:
                show(case, r)
    return results
