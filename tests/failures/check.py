#!/usr/bin/env python3
"""Whether report.py says why tests failed: ctest itself runs tests that fail, and some that do not."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BOOST = '/a.cpp(3): error: in "s/c": check a == b has failed [1 != 2]'
#: Each test: what it prints, its status, what is said of it.
TESTS = {
    "good": (["AssertionError: what passes is not told"], 0, []),
    "boost": (["Entering", "ValueError: of a worker", f"\x1b[1;31m{BOOST}\x1b[0m", "*** 1 failure"], 201, [BOOST]),
    "python": (["Traceback (most recent call last):", "  assert a == b, a", "AssertionError: 1"], 1, ["AssertionError: 1"]),
    "document": (["a.md: 1 block", "FAILED a.md:1: no such link", "1 failure"], 1, ["FAILED a.md:1: no such link"]),
    "other": (["the first line", "1: wrong", "2: wrong"], 1, ["1: wrong", "2: wrong"]),
    "silent": ([], 1, ["no output"]),
    "skipped": (["SKIPPED"], 77, []),
}
#: More errors than there is room for, and longer ones.
MANY = {"many": ([f"{n} {BOOST} {'x' * 1000}" for n in range(30)], 1, None)}


def test_files(tests):
    """Returns what CMake would write of these tests for ctest."""
    for name, (lines, status, _) in tests.items():
        code = f"print({chr(10).join(lines)!r}); raise SystemExit({status})"
        yield f'add_test({name} "{sys.executable}" "-c" [==[{code}]==])\n'
        yield f'set_tests_properties({name} PROPERTIES SKIP_RETURN_CODE 77)\n'


def told(ctest, tests):
    """Returns what is printed after these tests have failed."""
    with tempfile.TemporaryDirectory(prefix="troupe-failures-") as build:
        pathlib.Path(build, "CTestTestfile.cmake").write_text("".join(test_files(tests)))
        subprocess.run([ctest, "-j2"], cwd=build, capture_output=True, check=False)
        run = subprocess.run([sys.executable, "-B", HERE / "report.py", build], capture_output=True, text=True, check=True)
        return run.stdout.strip().splitlines()


def main(ctest):
    some, many = told(ctest, TESTS), told(ctest, MANY)
    why = [f"{name}: {line}" for name, (_, _, lines) in TESTS.items() for line in lines]
    names = [f"\t{number} - {name}" for number, (name, (_, _, lines)) in enumerate(TESTS.items(), 1) if lines]
    wrong = []
    if sorted(some[1:-len(names) - 1]) != sorted(why):
        wrong.append(f"not the errors: {some}")
    if some[-len(names) - 1:] != ["The following tests FAILED:", *names]:
        wrong.append(f"not the names at the end: {some}")
    if len(many) != 13 or any(len(line) > 260 for line in many[1:]):
        wrong.append(f"too much: {many}")
    print("\n".join(wrong) or f"{len(why)} errors of {len(TESTS)} tests, and {len(many)} lines of many")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
