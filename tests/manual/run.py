#!/usr/bin/env python3
"""Makes the manual pages of a program that says odd things, and of the real one, and reads them
as a person would. Usage: run.py PROGRAM"""
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
FAKE = HERE / "fake_program"
FAKE_PAGES = {"troupe.1", "troupe-plain.1", "troupe-odd.1", "troupe.toml.5"}
#: What is read in the pages of the fake program.
SHOWN = {
    "troupe.1": [
        "troupe - does what it is told", "troupe [OPTIONS] [SUBCOMMAND]", "-h, --help",
        "troupe-odd(1) Do it; otherwise don't.", r"'Quoted' at the beginning, and a \backslash.",
        ".so a line that begins with a dot", "ENVIRONMENT VARIABLES", "130 ended by Ctrl-C",
        "troupe 9.8.7", "2001-09-09"],
    "troupe-plain.1": ["troupe-plain - do it", "troupe plain [OPTIONS]"],
    "troupe-odd.1": [
        "troupe odd [OPTIONS] TO [PAYLOAD]", """TO .dotted, "quoted", '$node'""",
        r"PAYLOAD ~ and ^ and \n", "--kinds KIND,… ... Only these…", "--priority INT From -10 to 10",
        "--all Excludes: --but-these Everything", "--said-by-its-name-alone"],
    "troupe.toml.5": [
        "type, range: name; default: the host name", "/etc/troupe/troupe.toml", "CHANGING A RUNNING NODE"],
}


def make(program, folder, **environment):
    """Returns the text of each page, by its name."""
    subprocess.run([TOP / "scripts/manual", program, folder], check=True, timeout=60,
                   env={**os.environ, **environment})
    return {f.name.removesuffix(".gz"): gzip.decompress(f.read_bytes()).decode()
            for f in pathlib.Path(folder).iterdir()}


def read(page):
    """Returns what a terminal shows of a page, blanks made one, and what groff complains of."""
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-rLL=200n", "-P-c", "-P-b", "-P-u"],
                          input=page, text=True, capture_output=True, timeout=60)
    return " ".join(done.stdout.split()), done.stderr


def missing(name, shown, wanted):
    return [f"{name}: does not show {words!r}" for words in wanted if words not in shown]


def keys_of_configuration():
    """Returns the keys of the table, as the page has to show them."""
    table = (TOP / "protocol/configuration.md").read_text().split("\n## Keys\n")[1].split("\n## ")[0]
    cells = [row.split(" | ")[0].strip("| ") for row in table.splitlines() if row.startswith("| ")]
    # Without the headings of each table, and the lines below them.
    return [re.sub("[`*]", "", c) for c in cells if c not in ("key", "---")]


def main(program):
    if not shutil.which("groff"):
        print("SKIPPED: no groff here; scripts/setup installs it (groff-base)")
        return 0
    wrong = []
    with tempfile.TemporaryDirectory(prefix="troupe-manual-") as folder:
        fake = make(FAKE, folder + "/fake", SOURCE_DATE_EPOCH="1000000000")
        again = make(FAKE, folder + "/fake", SOURCE_DATE_EPOCH="1000000000")
        real = make(program, folder + "/real")
    if set(fake) != FAKE_PAGES:
        wrong.append(f"the pages are {sorted(fake)}")
    if fake != again:
        wrong.append("the same program and the same time make other pages")
    for name, page in [*fake.items(), *real.items()]:
        if complaints := read(page)[1]:
            wrong.append(f"{name}: groff says {complaints}")
    for name, wanted in SHOWN.items():
        wrong += missing(name, read(fake[name])[0], wanted)
    keys = keys_of_configuration()
    wrong += missing("troupe.toml.5", read(real["troupe.toml.5"])[0], keys)
    wrong += [f"there is no page of troupe {c}" for c in ("serve", "call", "check")
              if f"troupe-{c}.1" not in real]
    print("\n".join(wrong) or f"{len(fake) + len(real)} pages, {len(keys)} keys")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
