"""Does what a document tells its reader to do, in the order of the document."""
import re
import time

from endless import keys_for, run_endless
from commands import commands_of
from languages import CHECKS
from not_run import NOT_RUN
from output import expected_status, is_as_shown
from server import Server
from shell import Shell

#: What a reader looks at again, until it is there.
LOOKS = re.compile(r"\btroupe (dump|ps|logs|nodes)\b|/snapshot\b")
SECONDS = 30
LOOK_SECONDS = 10
SLOW = 2
TOP_FOLDER = re.compile(r"\btop\s+folder\b")


class Reader:
    """Reads one document in a copy of the project. What is wrong is in `failures`."""

    def __init__(self, folder, notes, codes):
        self._folder, self._notes, self._codes = folder, notes, codes
        self._shell, self._server = None, None
        self.failures, self.run, self.left_out = [], 0, set()

    def read(self, blocks, text):
        try:
            for block in blocks:
                self._read_block(block)
        finally:
            self._end_server(blocks[-1])
            if self._shell:
                self._shell.close()
        if self.run and not TOP_FOLDER.search(text):
            self._fail(blocks[0].document, "does not say that commands are typed in the top folder")

    def _fail(self, where, why):
        self.failures.append(f"{where}: {why}")

    def _read_block(self, block):
        check = CHECKS.get(block.language)
        if check is None:
            self._fail(block, f"the test knows no language {block.language!r}")
            return
        if block.save_as:
            (self._folder / block.save_as).write_text(block.text)
        if wrong := check(block, self._folder, SECONDS):
            self._fail(block, wrong)
        if block.language in ("sh", "console"):
            for command in commands_of(block):
                self._obey(command)

    def _obey(self, command):
        if command.name in NOT_RUN:
            self.left_out.add(command.name)
            return
        self.run += 1
        begun = time.monotonic()
        try:
            wrong = self._do(command)
        except (RuntimeError, TimeoutError, OSError) as e:
            wrong = str(e)
        if (took := time.monotonic() - begun) > SLOW:
            print(f"{command.where}: took {took:.1f} s: {command.name}")
        if wrong:
            self._fail(command.where, f"$ {command.text}\n{wrong}")

    def _do(self, command):
        if command.is_server:
            return self._serve(command)
        if keys_for(command.name):
            return run_endless(command, self._folder, SECONDS)
        deadline = time.monotonic() + LOOK_SECONDS
        while wrong := self._try(command):
            if not LOOKS.search(command.name) or time.monotonic() > deadline:
                break
        return wrong

    def _try(self, command):
        self._shell = self._shell or Shell(self._folder, self._notes)
        try:
            status, printed = self._shell.run(command.text, SECONDS)
        except TimeoutError:
            self._shell = None
            raise
        shown = command.shown
        if shown is not None and not is_as_shown(shown, printed):
            return "shown:\n" + "\n".join(shown) + "\nprinted:\n" + printed
        expected = expected_status(shown, self._codes)
        return f"status {status}, expected {expected}: {printed}" if status != expected else None

    def _serve(self, command):
        self._end_server(command.where)
        self._server = Server(command.text, self._folder, self._notes, SECONDS)
        if command.shown and not is_as_shown(command.shown, self._server.ready_line):
            return f"it printed {self._server.ready_line}"
        return None

    def _end_server(self, where):
        if self._server and (wrong := self._server.end(SECONDS)):
            self._fail(where, wrong)
        self._server = None
