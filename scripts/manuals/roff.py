"""Text as the macros of man(7) want it."""
import re

_SPECIAL = {"\\": r"\(rs", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}


def text(words):
    """Returns the words so that groff prints each character of them."""
    return "".join(_SPECIAL.get(c) or (c if c.isascii() else f"\\[u{ord(c):04X}]") for c in words)


def bold(words):
    return f"\\fB{text(words)}\\fR" if words else ""


def italic(words):
    return f"\\fI{text(words)}\\fR" if words else ""


def line(roff):
    """Returns a line of text: one that begins with a dot is no request."""
    return "\\&" + roff if roff.startswith((".", "'")) else roff


def quoted(roff):
    """Returns the argument of a macro."""
    return '"' + roff.replace('"', r"\(dq") + '"'


def page(name, section, about, date, version):
    """Returns the first lines of a page, up to its NAME. No word is cut: it may be typed."""
    title = " ".join(quoted(text(part)) for part in (name.upper(), section, date, version, "Troupe"))
    return [f".TH {title}", ".nh", ".ad l", ".SH NAME", f"{text(name)} \\- {text(about)}"]


def with_backquotes(words):
    """Returns a text in which `this` is bold."""
    parts = re.split(r"`([^`]*)`", words)
    return "".join(bold(p) if at % 2 else text(p) for at, p in enumerate(parts))
