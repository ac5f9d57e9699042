"""What is checked of a block by its language. `sh` and `console` are run by `reader.py`."""
import json
import subprocess

from not_run import NOT_CHECKED
from shell import environment


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


def compile_by(command, file, text, folder, seconds):
    """Returns what a compiler finds wrong with a file."""
    (folder / file).write_text(text)
    checked = subprocess.run([*command, file], cwd=folder, text=True, capture_output=True,
                             timeout=seconds)
    return checked.stdout + checked.stderr if checked.returncode else None


def check_js(block, folder, seconds):
    """The text is a module of JavaScript."""
    return compile_by(["node", "--check"], "block.mjs", block.text, folder, seconds)


def check_php(block, folder, seconds):
    """The text is PHP, or a part of it."""
    start = "" if block.text.startswith("<?php") else "<?php\n"
    return compile_by(["php", "-l"], "block.php", start + block.text, folder, seconds)


def check_json(block, _folder, _seconds):
    """Each line is JSON."""
    for line in filter(None, block.lines):
        try:
            json.loads(line)
        except ValueError as wrong:
            return f"{wrong}: {line}"
    return None


def nothing(_block, _folder, _seconds):
    return None


CHECKS = {
    "sh": nothing,
    "console": nothing,
    "toml": check_toml,
    "python": check_python,
    "js": check_js,
    "php": check_php,
    "json": check_json,
    "ini": nothing,  # parts of units, to read
    "cpp": nothing,  # parts of sources, to read
    "cmake": nothing,  # the same
    "yaml": nothing,  # parts for other programs, to read
    "": nothing,  # output and drawings, to read
}
