#!/usr/bin/env python3
"""Whether scripts/abi judges what abidiff has found as the versions promise. It compiles nothing."""
import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/abi"
#: Old version, new version, whether the new one is released, whether the same ABI is promised.
PROMISES = [
    ("0.1.0", "0.1.0", False, False),
    ("0.1.0", "0.1.0", True, True),
    ("0.1.0", "0.1.1", False, True),
    ("0.1.9", "0.2.0", False, False),
    ("0.9.0", "1.0.0", False, False),
    ("1.1.0", "1.2.0", False, True),
    ("1.9.0", "2.0.0", False, False),
]
SAME = "Functions changes summary: 0 Removed, 0 Changed, 0 Added function\n"
MORE = "Functions changes summary: 0 Removed, 0 Changed, 10 Added functions\n"
LESS = "Functions changes summary: 10 Removed, 0 Changed, 0 Added functions\n"
OTHER = "Functions changes summary: 0 Removed, 1 Changed (12 filtered out), 1 Added functions\n"
#: What abidiff printed and its status; the status if the same ABI is promised.
FINDINGS = [(SAME, 0, 0), (MORE, 4, 0), (LESS, 12, 1), (OTHER, 4, 1)]


def main():
    loader = importlib.machinery.SourceFileLoader("abi", str(SCRIPT))
    abi = importlib.util.module_from_spec(importlib.util.spec_from_loader("abi", loader))
    loader.exec_module(abi)
    wrong = [f"from {old} to {new}: promised is {not promised}" for old, new, released, promised in PROMISES
             if abi.is_promised(old, new, released) != promised]
    for printed, status, expected in FINDINGS:
        found = subprocess.CompletedProcess([], status, printed, "")
        for promised, wanted in ((True, expected), (False, 0)):
            if (judged := abi.judge(found, "old", "new", promised)) != wanted:
                wrong.append(f"status {judged}, not {wanted}, for {printed}")
    print("\n".join(wrong) or f"{len(PROMISES)} promises, {len(FINDINGS)} findings")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
