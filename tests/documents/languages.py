"""What is checked of a block by its language. `sh` and `console` are run by `reader.py`."""
import json
import os
import shutil
import subprocess

from not_run import NOT_CHECKED
from shell import environment

#: Where the unit of the documents expects the program.
INSTALLED = "/usr/local/bin/troupe"


def check_toml(block, folder, seconds):
    """A configuration, or a part of one, has no mistake."""
    if block.save_as in NOT_CHECKED:
        return None
    file = folder / (block.save_as or "block.toml")
    file.write_text(block.text)
    checked = subprocess.run(["build/troupe", "check", "-c", file.name], cwd=folder, text=True,
                             env=environment(folder), capture_output=True, timeout=seconds)
    return checked.stdout + checked.stderr if checked.returncode else None


def check_python(block, _folder, _seconds):
    """The text is Python. Whether it works is seen where the document runs it."""
    try:
        compile(block.text, str(block), "exec")
    except SyntaxError as wrong:
        return str(wrong)
    return None


def check_json(block, _folder, _seconds):
    """Each line is JSON."""
    for line in filter(None, block.lines):
        try:
            json.loads(line)
        except ValueError as wrong:
            return f"{wrong}: {line}"
    return None


def check_unit(block, folder, seconds):
    """systemd takes the unit without a word, where systemd is there to be asked."""
    if not shutil.which("systemd-analyze"):
        print(f"NOTE: {block}: no systemd-analyze here, the unit is not verified")
        return None
    file = folder / "verified" / (block.save_as or "block.service")
    file.parent.mkdir(exist_ok=True)
    program = os.path.realpath(folder / "build/troupe")
    file.write_text(block.text.replace(INSTALLED, program))
    said = subprocess.run(["systemd-analyze", "verify", str(file)], text=True,
                          capture_output=True, timeout=seconds)
    words = said.stdout + said.stderr
    return words if words.strip() or said.returncode else None


def nothing(_block, _folder, _seconds):
    return None


CHECKS = {
    "sh": nothing,
    "console": nothing,
    "toml": check_toml,
    "python": check_python,
    "json": check_json,
    "ini": check_unit,
    "cpp": nothing,  # parts of sources, to read
    "cmake": nothing,  # the same
    "": nothing,  # output and drawings, to read
}
