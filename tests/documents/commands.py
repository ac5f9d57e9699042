"""Cuts a block into commands, each with the output that the document shows for it."""
import re
from dataclasses import dataclass

COMMENT = re.compile(r"\s+#\s.*$")
SERVER = re.compile(r"^scripts/run\b|\btroupe serve\b")


@dataclass(frozen=True)
class Command:
    """A command as the document has it; `shown` is None where the document shows no output."""

    where: str
    text: str
    shown: tuple = None

    @property
    def name(self):
        """Returns the command without a comment behind it: its name in tables."""
        return COMMENT.sub("", self.text).strip()

    @property
    def is_server(self):
        return bool(SERVER.search(self.name))


def goes_on(line):
    """Returns whether a command goes on in the next line."""
    return line.endswith(("\\", "|"))


def commands_of(block):
    """Returns the commands of an `sh` or `console` block."""
    return from_console(block) if block.language == "console" else from_sh(block)


def from_sh(block):
    found, open_lines = [], []
    for number, line in enumerate(block.lines, block.line + 1):
        if not open_lines and (not line.strip() or line.startswith("#")):
            continue
        open_lines.append(line)
        if not goes_on(line):
            found.append(Command(f"{block.document}:{number}", "\n".join(open_lines)))
            open_lines = []
    return found


def from_console(block):
    found, text, shown, where, is_open = [], [], [], None, False
    for number, line in enumerate(block.lines, block.line + 1):
        if is_open:
            text.append(line)
        elif line.startswith("$ "):
            if text:
                found.append(Command(where, "\n".join(text), tuple(shown)))
            text, shown, where = [line[2:]], [], f"{block.document}:{number}"
        elif not text:
            raise ValueError(f"{block.document}:{number}: output without a command before it")
        else:
            shown.append(line)
            continue
        is_open = goes_on(text[-1])
    if text:
        found.append(Command(where, "\n".join(text), tuple(shown)))
    return found
