"""What a program says with --help, and the pages made from that."""
import re
from dataclasses import dataclass, field

import roff

#: The column, in bytes, in which CLI11 begins what it says about an option.
COLUMN = 30
#: Words of CLI11 about an argument, which say nothing to a reader: the usage says the rest.
SILENT = {"TEXT", "UINT", "REQUIRED"}
#: What CLI11 says of the range of an option: `INT:INT in [-10 - 10]`. The text says it too.
RANGE = re.compile(r"(\w+):\w+ in \[.*?\]")
HEADINGS = {"Positionals": "Arguments"}


@dataclass
class Help:
    about: str = ""
    usage: str = ""
    #: For each heading, such as `Options`: pairs of what is typed and what it does.
    groups: dict = field(default_factory=dict)
    footer: list = field(default_factory=list)


def read(printed):
    """Returns the parts of a help text."""
    found, group = Help(), None
    lines = printed.splitlines()
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if line.startswith("Usage: "):
            found.usage = line.removeprefix("Usage: ")
        elif line.endswith(":") and following.startswith("  "):
            group = found.groups.setdefault(line[:-1], [])
        elif line.startswith("  ") and group is not None:
            _read_entry(line, group)
        elif line and not found.usage:
            found.about = f"{found.about} {line}".strip()
        elif line:
            found.footer.append(line)
    return found


def _read_entry(line, group):
    raw = line.encode()
    has_both = raw[COLUMN - 1:COLUMN] in (b" ", b"")
    typed, does = (raw[:COLUMN], raw[COLUMN:]) if has_both else (raw, b"")
    typed, does = typed.decode().strip(), does.decode().strip()
    if typed:
        group.append((typed, does))
    else:  # what did not fit beside the option
        group[-1] = (group[-1][0], f"{group[-1][1]} {does}".strip())


def _typed(words):
    """Returns what is typed: options bold, values in italics."""
    first, *others = RANGE.sub(r"\1", words).split()
    if not first.startswith("-"):
        parts = [roff.italic(first)]
        others = [w for w in others if w not in SILENT]
    else:
        parts = [", ".join(map(roff.bold, first.split(",")))]
    return " ".join(parts + [roff.bold(w) if w.startswith("--") else roff.italic(w) for w in others])


def _entries(pairs):
    for typed, does in pairs:
        yield ".TP"
        yield _typed(typed)
        yield roff.line(roff.with_backquotes(does + "." if does else ""))


def _usage(usage):
    return roff.line(" ".join(
        roff.bold(w) if w.islower() else roff.italic(w) for w in usage.split()))


def _head(name, found, date, version):
    return roff.page(name, "1", found.about[:1].lower() + found.about[1:], date, version)


def _body(found):
    yield ".SH SYNOPSIS"
    yield _usage(found.usage)
    yield ".SH DESCRIPTION"
    yield roff.line(roff.with_backquotes(found.about + "."))
    if found.footer:
        yield ".PP"
        yield from (roff.line(roff.with_backquotes(words)) for words in found.footer)
    for heading, pairs in found.groups.items():
        if heading != "Subcommands":
            heading = HEADINGS.get(heading, heading)
            yield f".SH {roff.quoted(roff.text(heading.upper()))}"
            yield from _entries(pairs)


def command_page(program, command, printed, date, version):
    """Returns the page of one command."""
    found = read(printed)
    return [*_head(f"{program}-{command}", found, date, version), *_body(found),
            ".SH SEE ALSO", f".BR {program} (1),", f".BR {program}.toml (5)"]


def program_page(program, printed, date, version, more):
    """Returns the page of the program.

    `more` are lines for its end, before the other pages that it names."""
    found = read(printed)
    lines = [*_head(program, found, date, version), *_body(found), ".SH COMMANDS"]
    for command, does in found.groups.get("Subcommands", []):
        lines += [".TP", f".BR {roff.text(f'{program}-{command}')} (1)",
                  roff.line(roff.with_backquotes(does + "."))]
    return [*lines, *more, ".SH SEE ALSO", f".BR {program}.toml (5)"]
