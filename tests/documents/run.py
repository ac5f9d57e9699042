#!/usr/bin/env python3
"""Runs each command that a document shows, and compares what it prints with what is shown.

usage: run.py BUILD [DOCUMENT…]     BUILD is a built folder; without DOCUMENTs all are read
"""
import pathlib
import re
import shutil
import sys
import tempfile
import time

from links import find_broken_links
from markdown import blocks_of
from not_run import NOT_RUN
from reader import Reader
from scratch import TOP, ProjectCopy, end_leftovers, files, own_network
from sources import find_undocumented

TOOLS = ("bash", "git", "python3", "node", "php", "socat", "curl", "openssl")
SKIPPED = 77  # what ctest takes for a test that was skipped


def error_codes():
    """Returns the codes in the table of errors."""
    text = (TOP / "protocol/errors.md").read_text()
    return set(re.findall(r"^\| `(\w+)` \|", text, re.M))


def read_document(name, copy, codes):
    """Returns the reader of a document, when it has done what the document says, and its blocks."""
    text = (TOP / name).read_text()
    blocks = blocks_of(name, text)
    with tempfile.TemporaryDirectory(prefix="troupe-documents-") as notes:
        reader = Reader(copy.folder, pathlib.Path(notes), codes)
        if blocks:
            reader.read(blocks, text)
            for command in end_leftovers(copy.folder.resolve()):
                reader.failures.append(f"{name}: this still ran after all nodes had ended: {command}")
            copy.restore()
    return reader, len(blocks)


def read_documents(documents, build):
    """Yields each document's name, reader and number of blocks."""
    codes = error_codes()
    with tempfile.TemporaryDirectory(prefix="troupe-documents-") as scratch:
        copy = ProjectCopy(pathlib.Path(scratch, "project"), pathlib.Path(build).resolve())
        for document in documents:
            yield document, *read_document(document, copy, codes)


def main(build, *chosen):
    begun = time.monotonic()
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        print(f"SKIPPED: {', '.join(missing)} missing; scripts/setup installs what is needed")
        return SKIPPED
    names = files()
    documents = chosen or sorted(name for name in names if name.endswith(".md"))
    if not own_network():
        print("NOTE: not root, so ports of this machine are used, such as 7717; they have"
              " to be free")
    failures, run, blocks, left_out = [], 0, 0, set()
    for document, reader, count in read_documents(documents, build):
        print(f"{document}: {count} blocks, {reader.run} commands")
        failures += reader.failures
        run, blocks, left_out = run + reader.run, blocks + count, left_out | reader.left_out
    if not chosen:
        failures += [f"not_run.py: no document has {name!r}" for name in set(NOT_RUN) - left_out]
        failures += find_broken_links(names) + find_undocumented()
    for failure in failures:
        print(f"FAILED {failure}\n")
    print(f"{len(documents)} documents, {blocks} blocks, {run} commands run, {len(left_out)} in the"
          f" table, {len(failures)} failures, {time.monotonic() - begun:.1f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
