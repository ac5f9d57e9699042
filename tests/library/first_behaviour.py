#!/usr/bin/env python3
"""Follows examples/behaviours/README.md to the letter, as its reader does who has the installed
library, and compares the files of the page with those of its folder.
Usage: first_behaviour.py COMPILER PREFIX"""
import pathlib
import re
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGE = "examples/behaviours/README.md"
sys.path.insert(0, str(TOP / "tests/documents"))

import languages  # noqa: E402
import reader  # noqa: E402
from markdown import blocks_of  # noqa: E402
from scratch import own_network  # noqa: E402

#: Where the page has the library installed.
INSTALLED = "/tmp/troupe"
#: A source that includes all of CAF is compiled meanwhile.
SECONDS = 240


def differences(blocks):
    """Yields the files of the page that are not those of its folder."""
    folder = (TOP / PAGE).parent
    saved = {block.save_as: block.text for block in blocks if block.save_as}
    for name in sorted({f.name for f in folder.iterdir()} - {"README.md"} - saved.keys()):
        yield f"{PAGE}: does not show {name}"
    for name, text in saved.items():
        if not (folder / name).exists() or (folder / name).read_text() != text:
            yield f"{PAGE}: shows another {name} than is in the folder"


def error_codes():
    return set(re.findall(r"^\| `(\w+)` \|", (TOP / "protocol/errors.md").read_text(), re.M))


def main(compiler, prefix):
    text = (TOP / PAGE).read_text()
    wrong = list(differences(blocks_of(PAGE, text)))
    # Here everything of the page is done, with the compiler of this build.
    reader.NOT_RUN, languages.NOT_CHECKED, reader.SECONDS = {}, {}, SECONDS
    text = text.replace(INSTALLED, prefix).replace("cmake -S", f"CXX={compiler} cmake -S")
    own_network()  # else the port of the page has to be free
    with tempfile.TemporaryDirectory(prefix="troupe-behaviour-") as scratch:
        folder, notes = pathlib.Path(scratch, "project"), pathlib.Path(scratch, "notes")
        folder.mkdir()
        notes.mkdir()
        (folder / "build").symlink_to(pathlib.Path(prefix) / "bin")
        page = reader.Reader(folder, notes, error_codes())
        page.read(blocks_of(PAGE, text), text)
    wrong += page.failures
    print("\n".join(wrong) or f"{page.run} commands of {PAGE} did what the page says")
    return 1 if wrong or not page.run else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
