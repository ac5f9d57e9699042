"""Cuts a Markdown document into its fenced blocks."""
import re
from dataclasses import dataclass

FENCE = re.compile(r"^```(\S*)\s*$")
SAVE_AS = re.compile(r"[Ss]aved?\b[^`]*?\bas\s+`([^`\s]+)`")


@dataclass(frozen=True)
class Block:
    """One fenced block: where it begins, its language, its lines, and the paragraph before it."""

    document: str
    line: int
    language: str
    lines: tuple
    before: str

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"

    @property
    def save_as(self):
        """Returns the name of the file that the reader is told to save this as, or None."""
        found = SAVE_AS.findall(self.before)
        return found[-1] if found else None

    def __str__(self):
        return f"{self.document}:{self.line}"


def blocks_of(document, text):
    """Returns the fenced blocks of a text, in their order."""
    blocks, paragraph, block = [], [], None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if block is None and fence:
            block = (number, fence.group(1), [])
        elif block is None:
            # A blank line ends a paragraph, but the one before a block still counts.
            if paragraph and paragraph[-1] == "" and line.strip():
                paragraph = []
            paragraph.append(line.strip())
        elif line == "```":
            blocks.append(Block(document, block[0], block[1], tuple(block[2]), " ".join(paragraph)))
            block, paragraph = None, []
        else:
            block[2].append(line)
    if block is not None:
        raise ValueError(f"{document}:{block[0]}: this block has no end")
    return blocks


def prose_of(text):
    """Returns a text without its fenced blocks."""
    lines, is_block = [], False
    for line in text.splitlines():
        is_block ^= line.startswith("```")
        if not is_block and not line.startswith("```"):
            lines.append(line)
    return "\n".join(lines) + "\n"
