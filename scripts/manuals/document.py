"""Sections of the project's documents, as parts of manual pages."""
import re

import roff

_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>.+?)\*\*|(?<!\w)\*(?P<term>[^*\s][^*]*)\*(?!\w)"
                     r"|\[(?P<link>[^\]]+)\]\([^)]*\)")
_CELL = re.compile(r"(?<!\\)\|")
_ITEM = re.compile(r"^(?:-|\*|(\d+)\.) +")


def inline(words):
    """Returns a text with its code bold and its terms in italics; of links, the words."""
    out, at = [], 0
    for found in _INLINE.finditer(words):
        out.append(roff.text(words[at:found.start()]))
        kind = found.lastgroup
        inner = found[kind]
        out.append({"code": roff.bold, "strong": inline, "term": roff.italic, "link": inline}[kind](inner))
        at = found.end()
    return "".join(out) + roff.text(words[at:])


def sections(markdown):
    """Returns the lines of each section by its heading; those before the first one by None."""
    found, heading, is_code = {None: []}, None, False
    for line in markdown.splitlines():
        is_code ^= line.startswith("```")
        if not is_code and line.startswith("# "):
            continue
        if not is_code and line.startswith("## "):
            heading = line[3:].strip()
            found[heading] = []
        else:
            found[heading].append(line)
    return found


def body(lines):
    """Returns the text of a section."""
    out, rest = [], list(lines)
    while rest:
        line = rest[0]
        if line.startswith("```"):
            out += _code(rest)
        elif line.startswith("|"):
            out += _table(rest)
        elif line.startswith("### "):
            out.append(f".SS {roff.quoted(inline(rest.pop(0)[4:]))}")
        elif _ITEM.match(line):
            out += _item(rest)
        elif line.strip():
            out += [".PP", roff.line(inline(_paragraph(rest)))]
        else:
            rest.pop(0)
    return out


def section(heading, lines):
    return [f".SH {roff.quoted(roff.text(heading.upper()))}", *body(lines)]


def _paragraph(rest):
    words = [rest.pop(0).strip()]
    while rest and rest[0].strip() and not rest[0].startswith(("|", "```", "#")) and not _ITEM.match(rest[0]):
        words.append(rest.pop(0).strip())
    return " ".join(words)


def _item(rest):
    number = _ITEM.match(rest[0])[1]
    rest[0] = _ITEM.sub("", rest[0])
    return [f".IP {number}. 4" if number else r".IP \(bu 2", roff.line(inline(_paragraph(rest)))]


def _code(rest):
    rest.pop(0)
    out = [".PP", ".RS 4", ".EX"]
    while rest and not rest[0].startswith("```"):
        out.append(roff.line(roff.text(rest.pop(0))))
    if rest:
        rest.pop(0)
    return [*out, ".EE", ".RE"]


def _cells(line):
    return [c.strip().replace(r"\|", "|") for c in _CELL.split(line.strip().strip("|"))]


def _table(rest):
    """A row is an item: its first cell, and below that the others.

    A row whose first cell is strong begins a group of rows."""
    headings = _cells(rest.pop(0))
    out = []
    while rest and rest[0].startswith("|"):
        first, *others = _cells(rest.pop(0))
        if re.fullmatch("-+", first):
            continue
        *named, last = others
        said = [(h, c) for h, c in zip(headings[1:], named) if c]
        if first.startswith("**"):
            out.append(f".SS {roff.quoted(inline(first))}")
            out += [roff.line(inline(c)) for _, c in said] + ([roff.line(inline(last))] if last else [])
            continue
        out += [".TP", roff.line(inline(first))]
        if said:
            out.append(roff.line("; ".join(f"{roff.italic(h)}: {inline(c)}" for h, c in said)))
        if last:
            out += [".br"] * bool(said) + [roff.line(inline(last))]
        elif not said:
            out.append(r"\&")
    return out


def configuration_page(markdown, date, version):
    """Returns troupe.toml(5), from the page about the configuration."""
    found = sections(markdown)
    lines = roff.page("troupe.toml", "5", "configuration of a node of troupe", date, version)
    lines += section("Description", found.pop(None))
    for heading, text in found.items():
        lines += section(heading, text)
    return [*lines, ".SH FILES", ".TP", r".I /etc/troupe/troupe.toml", "The configuration of the service.",
            ".SH SEE ALSO", ".BR troupe (1),", r".BR troupe\-check (1),", r".BR troupe\-serve (1)"]
