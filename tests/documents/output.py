"""Compares what a command printed with what its document shows."""
import re

ANY = "…"
WIDE = re.compile(r" {2,}")


def pattern_of(shown):
    """Returns the regular expression of a shown text. `…` is any text in a line; a line that is
    `…` alone is any number of lines; two blanks are any number of them from two on, as in
    tables."""
    parts = []
    for line in shown:
        if line.strip() == ANY:
            parts.append(r"(?:[^\n]*\n)*")
            continue
        line = WIDE.sub("  ", line.rstrip())
        parts.append("[^\n]*".join(re.escape(piece) for piece in line.split(ANY)) + r"\n")
    while parts and parts[-1] == r"\n":
        parts.pop()
    return re.compile("".join(parts))


def tidy(printed):
    """Returns a printed text with blanks as `pattern_of` expects them, and without the empty lines
    at its end: a screen has many."""
    lines = (WIDE.sub("  ", line.rstrip()) + "\n" for line in printed.splitlines())
    return "".join(lines).rstrip("\n") + "\n" if printed.strip() else ""


def is_as_shown(shown, printed):
    return bool(pattern_of(shown).fullmatch(tidy(printed)))


def expected_status(shown, codes):
    """Returns 1 where the last line shown is an error, `CODE: message`, else 0. What is indented
    belongs to the line before, such as the end of a worker's stderr."""
    last = next((line for line in reversed(shown or ()) if not line.startswith("  ")), "")
    code, colon, _ = last.partition(": ")
    return 1 if colon and code in codes else 0
