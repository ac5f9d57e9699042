#!/usr/bin/env python3
"""Says in a few lines why tests failed: `report.py BUILD`, which ctest has run in. The last lines are
ctest's names of those tests, as readers of a long log look at its end."""
import pathlib
import re
import sys

#: All that is said of errors has so many lines, of so many characters: an end of a log holds them.
LINES, WIDTH = 10, 240
COLOUR = re.compile(r"\x1b\[[\d;]*m")
TOP = f"{pathlib.Path(__file__).resolve().parents[2]}/"
TEST = re.compile(r"^\d+/\d+ Testing: (\S+)\n.*?^Output:\n-+\n(.*?)^<end of output>$", re.M | re.S)
#: What errors look like, the surest first: a node whose log is among the output may print the others, too.
ERRORS = [re.compile(pattern) for pattern in (
    r'error: in "',  # Boost.Test
    r"(ERROR|WARNING): \w+Sanitizer|runtime error:",
    r"^[\w.]*(Error|Exception|Interrupt)\b|^(\*\*\* )?FAILED|^✖ ",  # Python and Node
)]


def read_log(text):
    """Returns the output of each test in a LastTest.log of ctest."""
    return dict(TEST.findall(text))


def errors_of(output, most):
    """Returns the first `most` lines with errors; the last lines if none is known as an error."""
    lines = [line.strip().replace(TOP, "")[:WIDTH] for line in COLOUR.sub("", output).splitlines() if line.strip()]
    for pattern in ERRORS:
        if errors := [line for line in dict.fromkeys(lines) if pattern.search(line)]:
            return errors[:most]
    return lines[-most:] or ["no output"]


def report(log, failed):
    """Returns the lines about the tests in `failed`, a LastTestsFailed.log of ctest."""
    names = [line.partition(":")[::2] for line in failed.splitlines() if line]
    outputs, most = read_log(log), max(1, LINES // max(1, len(names)))
    errors = [f"{name}: {line}" for _, name in names for line in errors_of(outputs.get(name, ""), most)]
    return [*errors[:LINES], "The following tests FAILED:", *(f"\t{number} - {name}" for number, name in names)]


def main(build):
    logs = pathlib.Path(build, "Testing/Temporary")
    log, failed = ((logs / name).read_text(errors="replace") for name in ("LastTest.log", "LastTestsFailed.log"))
    print(f"\nWhy they failed (all of it is in {logs}/LastTest.log):")
    print("\n".join(report(log, failed)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
