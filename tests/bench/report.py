"""The page of figures: `scripts/bench --report FOLDER` writes what it has measured into figures.json
there, beside what earlier runs have, and makes figures.md and the plots of all of it.
"""
import datetime
import json
import os
import pathlib
import platform
import re
import subprocess

import svg_plots
from phases import PHASES

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PEERS = {"gearmand": "gearman-job-server", "NATS": "nats-server", "Redis": "redis-server",
         "nginx": "nginx-core", "nginx (light)": "nginx-light", "uwsgi": "uwsgi-core",
         "PHP-FPM": "php8.2-fpm"}
HEAD = """# Figures

`scripts/bench --report tests/bench` has made this page. [Benchmarks](README.md) says what each case is
and how to read it. The machine is shared, so only what was measured in one run can be compared:
ratios are medians of ratios of runs that follow each other. What was built otherwise than by the
preset `release` has the folder of its build beside the date.

"""


def machine():
    """Returns what figures depend on."""
    model = re.search(r"^model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    memory = re.search(r"^MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text(), re.M)
    return {"processor": model[1] if model else platform.machine(), "cores": os.cpu_count(),
            "memory_gib": round(int(memory[1]) / 2**20), "kernel": platform.release(),
            "peers": {name: found for name, package in PEERS.items()
                      if (found := version_of(package))}}


def version_of(package):
    """Returns the version of a package of Debian, or None where it is not installed."""
    run = subprocess.run(["dpkg-query", "-W", "-f", "${Status}|${Version}", package],
                         capture_output=True, text=True, check=False)
    status, _, version = run.stdout.partition("|")
    return version if status.endswith(" installed") else None


def today():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n\n"


def number(value, digits=1):
    return f"{value:,.{0 if abs(value) >= 100 else digits}f}"


def bars_part(known):
    rows = [(what, bar["figure"], "met" if bar["met"] else "**missed**", bar["date"])
            for what, bar in known["bars"].items()]
    return "## The bars\n\n" + table(("bar", "figure", "", "date"), rows) if rows else ""


def calls_part(known, plots):
    """The cases with a floor of their own."""
    cases = {name: r for name, r in known["cases"].items() if "floor_p50_us" in r}
    if not cases:
        return ""
    series = {}
    for name, r in cases.items():
        if found := re.fullmatch(r"(socket-\d+w-window\d+|http-\d+w-window\d+)-(\d+)", name):
            series.setdefault(found[1], {})[int(found[2])] = r["calls_per_s"] / 1000
    text = "## Calls\n\n"
    if series:
        plots["figures-calls.svg"] = svg_plots.lines("1,000 calls/s, by calls outstanding", series, "k/s")
        text += "![Calls per second, by calls outstanding](figures-calls.svg)\n\n"
    return text + table(
        ("case", "calls/s", "p50 µs", "p99 µs", "floor p50", "p50 ×", "rate ×", "date"),
        [(f"`{name}`", number(r["calls_per_s"]), number(r["p50_us"]), number(r["p99_us"]),
          number(r["floor_p50_us"]), f"{r['p50_x']:.2f}", f"{r['rate_x']:.3f}", r["date"])
         for name, r in cases.items()])


def ways_part(known, plots):
    """The cases whose ways took turns."""
    text = "## In turns\n\nThe ratios are those of the first way to each other.\n\n"
    rows = []
    for name, r in known["cases"].items():
        if "k_per_s" not in r:
            continue
        figure, unit, of = (("p50_us", "µs", "p50") if re.search(r"-1(-one-core)?$", name)
                            else ("k_per_s", "k/s", "1,000 calls/s"))
        if name.startswith("peers-"):
            plots[f"figures-{name}.svg"] = svg_plots.bars(f"{name}: {of}", r[figure], unit)
            text += f"![{name}](figures-{name}.svg)\n\n"
        rows += [(f"`{name}`", way, number(r["k_per_s"][way] * 1000), number(r["p50_us"][way]),
                  number(r["p99_us"][way]),
                  f"{r['p50_x'][way]:.2f}" if way in r["p50_x"] else "",
                  f"{r['rate_x'][way]:.2f}" if way in r["rate_x"] else "", r["date"])
                 for way in r["k_per_s"]]
    head = ("case", "way", "calls/s", "p50 µs", "p99 µs", "p50 ×", "calls/s ×", "date")
    return text + table(head, rows) if rows else ""


def profiles_part(known):
    """Where the time of a call goes, in nanoseconds of the node's processor."""
    cases = known.get("profiles", {})
    if not cases:
        return ""
    rows = [("calls/s", *(number(r["calls_per_s"]) for r in cases.values())),
            ("µs a call", *(number(r["cpu_us"]) for r in cases.values()))]
    for phase in PHASES:
        rows.append((f"{phase}, ns", *(
            number(r["phases"]["share"][phase] * r["cpu_us"] * 1000, 0) if r["phases"] else ""
            for r in cases.values())))
    rows += [("allocations a call", *(f"{r['allocations']['number']:.1f}" if r["allocations"] else ""
                                      for r in cases.values())),
             ("system calls a call", *(f"{sum(r['system_calls'].values()):.2f}"
                                       if r["system_calls"] else "" for r in cases.values())),
             ("date", *(r["date"] for r in cases.values()))]
    return ("## Where the time of a call goes\n\n`scripts/bench profile`; "
            "[Benchmarks](README.md#where-the-time-of-a-call-goes) says what the phases are.\n\n"
            + table(("", *(f"`{name}`" for name in cases)), rows))


def others_part(known):
    rows = [(f"`{name}`", ", ".join(f"{key} {show(value)}" for key, value in r.items()
                                    if key not in ("date", "wrong", "errors")), r["date"])
            for name, r in known["cases"].items()
            if "k_per_s" not in r and "floor_p50_us" not in r]
    return "## Others\n\n" + table(("case", "figures", "date"), rows) if rows else ""


def show(value):
    if isinstance(value, dict):
        return "(" + ", ".join(f"{key}: {show(v)}" for key, v in value.items()) + ")"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def machines_part(known):
    """Says what was measured on, by the dates of the rows that there are."""
    dates = {row["date"] for kind in ("cases", "bars", "profiles")
             for row in known.get(kind, {}).values()}
    text = "Load, node, workers and peers share the cores of one machine:\n\n"
    for date, m in sorted(known["machines"].items()):
        peers = ", ".join(f"{name} {version}" for name, version in m["peers"].items())
        if date in dates:
            text += (f"- {date}: {m['cores']} cores ({m['processor']}), {m['memory_gib']} GiB, "
                     f"Linux {m['kernel']}. Peers: {peers or 'none installed'}.\n")
    return text + "\n"


def write(folder, results, bars, build, profiles=None):
    """Writes the page.

    @param results, profiles: what was measured, by name of the case.
    @param bars: (what, figure, met)
    @param build: the folder of the programs"""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "figures.json"
    known = json.loads(file.read_text()) if file.exists() else {"cases": {}, "bars": {}}
    date = today() if build.name == "build" else f"{today()}, {build.name}"
    known.setdefault("machines", {})[date] = machine()
    known["cases"] |= {name: r | {"date": date} for name, r in results.items()}
    known["bars"] |= {what: {"figure": figure, "met": bool(met), "date": date}
                      for what, figure, met in bars}
    known.setdefault("profiles", {}).update(
        {name: r | {"date": date} for name, r in (profiles or {}).items()})
    file.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")
    known = json.loads(file.read_text())
    plots = {}
    text = (HEAD + machines_part(known) + bars_part(known) + calls_part(known, plots) + ways_part(known, plots)
            + others_part(known)
            + profiles_part(known))
    (folder / "figures.md").write_text(text.rstrip() + "\n")
    for name, plot in plots.items():
        (folder / name).write_text(plot)
