#!/usr/bin/env python3
"""Holds examples/metrics/ to what there is: promtool accepts the rules, and rules and board name
metrics of the page alone. Skipped, with status 77, where there is no promtool."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = TOP / "examples/metrics"
ROW = re.compile(r"^\| `(troupe_\w+)` \| [^|]*\| (counter|gauge|histogram)\.", re.M)
NAME = re.compile(r"\btroupe_\w+")


def documented():
    """Returns the names of all series that the page tells of."""
    names = set()
    for name, kind in ROW.findall((TOP / "broker/metrics.md").read_text()):
        names |= {name + end for end in ("_bucket", "_sum", "_count")} if kind == "histogram" else {name}
    return names


def expressions(value):
    """Yields the expressions and queries in a board."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("expr", "query") and isinstance(inner, str):
                yield inner
            yield from expressions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from expressions(inner)


def main():
    known = documented()
    board = list(expressions(json.loads((EXAMPLES / "board.json").read_text())))
    rules = [line for line in (EXAMPLES / "alerts.yml").read_text().splitlines()
             if "annotations" not in line and "description" not in line]
    used = {name for text in board + rules for name in NAME.findall(text)}
    wrong = sorted(used - known)
    for name in wrong:
        print(f"examples/metrics: there is no {name}")
    if not used or not known or wrong:
        sys.exit(1)
    promtool = shutil.which("promtool")
    if promtool is None:
        print("SKIPPED: there is no promtool (scripts/setup installs it)")
        sys.exit(77)
    sys.exit(subprocess.run([promtool, "check", "rules", EXAMPLES / "alerts.yml"]).returncode)


main()
