#!/usr/bin/env python3
"""Compiles each installed header alone: it includes what it needs, and needs no macro of the build.
Usage: headers.py COMPILER PREFIX

CAF's headers take seconds, so those that include all of CAF get it precompiled."""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wpedantic", "-Werror"]
INCLUDE = re.compile(r'^#include ["<]([^">]+)[">]', re.M)


def reaches_all_of_caf(header, include):
    """Returns whether `header` includes <caf/all.hpp>, itself or through others."""
    seen, todo = set(), [header]
    while todo:
        for name in INCLUDE.findall(todo.pop().read_text()):
            if name == "caf/all.hpp":
                return True
            for path in (include / name, include / "troupe" / name):
                if path.exists() and path not in seen:
                    seen.add(path)
                    todo.append(path)
    return False


def main(compiler, prefix):
    include = pathlib.Path(prefix) / "include"
    # The façades are compiled by the headers of one line that include them.
    headers = sorted(h for h in include.rglob("*.hpp") if "actors/public" not in str(h))
    command = [compiler, *FLAGS, f"-I{include}", f"-I{include}/troupe"]
    check = subprocess.run([TOP / "scripts/public-headers"], text=True, capture_output=True)
    wrong = [check.stdout] if check.returncode else []
    with tempfile.TemporaryDirectory(prefix="troupe-headers-") as scratch:
        all_of_caf = pathlib.Path(scratch) / "all_of_caf.hpp"
        all_of_caf.write_text("#include <caf/all.hpp>\n")
        subprocess.run([*command, "-x", "c++-header", all_of_caf, "-o", f"{all_of_caf}.gch"],
                       check=True, timeout=120)

        def compile_alone(header):
            with_caf = ["-include", all_of_caf] if reaches_all_of_caf(header, include) else []
            source = pathlib.Path(scratch) / (str(header.relative_to(include)).replace("/", "_") + ".cpp")
            source.write_text(f'#include "{header}"\n')
            return subprocess.run([*command, "-fsyntax-only", *with_caf, source], text=True,
                                  capture_output=True, timeout=120)

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for header, done in zip(headers, pool.map(compile_alone, headers)):
                if done.returncode:
                    wrong.append(f"{header.relative_to(include)} does not compile alone:\n{done.stderr}")
    print("\n".join(wrong) or f"{len(headers)} headers compile alone")
    return 1 if wrong or not headers else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
