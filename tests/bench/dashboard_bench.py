"""The part of scripts/bench about the dashboard: what a page that somebody looks at costs the node and the browser, while
200 workers run and 100 events a second happen, and whether its heap stays as it is.
"""
import json
import pathlib
import shutil
import statistics
import subprocess
import time

from bench_node import cpu_seconds, wait_for_workers

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGE = TOP / "broker/dashboard/page"
WORKERS = 200
LOUD = 10  # workers that send events
EVENTS = 100  # a second, of all of them
WARM = 5.0  # seconds until the first samples and plots are there
VIEWS = {"pools": "#/pools", "workers": "#/workers", "events": "#/events"}
NAMES = [f"dashboard-{view}-{WORKERS}w" for view in VIEWS]
# An event list keeps 5,000 events, so its heap grows for the first minute.
MOST_GROWTH = 1.1


def bars(results):
    """Yields (what is asked, the figure, whether it is met) for all that was measured."""
    for name, r in results.items():
        yield f"{name}: less than 5 % of a core in the node", f"{r['node_percent']:.1f} %", r["node_percent"] < 5
        yield f"{name}: less than 15 % of a core in the page", f"{r['page_percent']:.1f} %", r["page_percent"] < 15
        if "heap_growth" in r:
            yield (f"{name}: a flat heap, less than {MOST_GROWTH} ×", f"{r['heap_growth']:.2f} ×",
                   r["heap_growth"] < MOST_GROWTH)


def growth(heap):
    """Returns the heap of the last fifth as a multiple of that after the second fifth."""
    fifth = max(1, len(heap) // 5)
    return statistics.median(heap[-fifth:]) / statistics.median(heap[fifth:2 * fifth])


def loud_pool():
    worker = ["python3", str(TOP / "tests/bench/event_worker.py"), str(EVENTS / LOUD)]
    return f"[pool.loud]\ncommand = {json.dumps(worker)}\nsize = {LOUD}\n"


def look(node, place, seconds, chromium):
    """Opens the page; returns what it used, and the share of a core that the node used meanwhile."""
    command = ["node", TOP / "tests/bench/dashboard_page.mjs", f"http://{node.address}", node.key, place,
               str(WARM), str(seconds), PAGE, chromium]
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True) as viewer:
        ready = viewer.stdout.readline()
        if not ready:
            node.fail("the page did not open")
        before, began = cpu_seconds(node.process.pid), time.monotonic()
        result = viewer.stdout.readline()
        used = cpu_seconds(node.process.pid) - before
        share = 100 * used / (time.monotonic() - began)
    if not result:
        node.fail("the page ended early")
    return json.loads(result), share


def run(options, build, Node):
    """Measures what was chosen; returns the results by name.

    @param Node: starts a node with a pool `echo` of processes."""
    results = {}
    chosen = {name: place for name, place in zip(NAMES, VIEWS.values()) if options.only in name}
    if not chosen:
        return results
    chromium = shutil.which("chromium")
    installed = subprocess.run([TOP / "scripts/dashboard", "--install"], check=False).returncode == 0
    if not chromium or not installed:
        print("dashboard: left out, there is no Chromium, or npm's packages are not to be had", flush=True)
        return results
    seconds = 60 * options.minutes if options.minutes else max(5.0, 10 * options.seconds)
    for name, place in chosen.items():
        with Node(pathlib.Path(build), WORKERS - LOUD, 1, "", loud_pool()) as node:
            wait_for_workers(node)
            page, share = look(node, place, seconds, chromium)
        results[name] = r = {"node_percent": share, "page_percent": page["page_percent"],
                             "heap_mib": page["heap_mib"][-1], "wrong": 0, "errors": len(page["faults"])}
        if options.minutes >= 3:
            r["heap_growth"] = growth(page["heap_mib"])
        if options.json:
            print(json.dumps({"case": name} | r | {"heaps_mib": page["heap_mib"]}), flush=True)
        else:
            print(f"{name:28} node {share:.1f} %, page {r['page_percent']:.1f} % of a core, heap {r['heap_mib']:.1f} MiB, "
                  f"{r['errors']} errors", flush=True)
    return results
