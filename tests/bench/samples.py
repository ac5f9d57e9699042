"""Where the processor time of a process goes: samples of perf, sorted into phases."""
import collections
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from phases import PHASES, phase_of

SAMPLES_PER_S = 2500
STACK_BYTES = 8192  # of each sample; deeper stacks are cut, and their root is never needed
BUFFER_PAGES = 2048  # of each core, or samples are lost while the machine is busy
FRAME = re.compile(r"\s*[0-9a-f]+ (.*) \(([^()]*)\)$")


class Watch:
    """A program that looks at a process until it is interrupted; use with `with`."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(2)
        self.said = self.process.communicate(timeout=60)[0]


def stacks_of(recording):
    """Yields the stacks of a recording, each as the names of its functions, the innermost first."""
    text = subprocess.run(["perf", "script", "-i", recording, "--no-inline", "-F", "ip,sym,dso"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=True).stdout
    for sample in text.split("\n\n"):
        frames = [found for line in sample.splitlines() if (found := FRAME.match(line))]
        if frames:
            # Where a library tells no name, its own says something still.
            yield [pathlib.Path(f[2]).name if f[1] == "[unknown]" else f[1] for f in frames]


def shares_of_phases(pid, work):
    """Returns the share of each phase in a process's time while `work()` runs, and what `other` is;
    or None where perf is not installed or may not record."""
    if not shutil.which("perf"):
        return None
    with tempfile.NamedTemporaryFile(prefix="troupe-bench-") as recording:
        with Watch(["perf", "record", "-q", "-e", "cpu-clock", "-F", str(SAMPLES_PER_S),
                    "-m", str(BUFFER_PAGES), "--call-graph", f"dwarf,{STACK_BYTES}",
                    "-o", recording.name, "-p", str(pid)]) as watch:
            # perf writes what is mapped already before it begins; nothing else tells that.
            while not pathlib.Path(recording.name).stat().st_size and watch.process.poll() is None:
                time.sleep(0.01)
            work()
        phases, unnamed, total = collections.Counter(), collections.Counter(), 0
        for stack in stacks_of(recording.name):
            phase = phase_of(stack)
            phases[phase] += 1
            total += 1
            if phase == "other":
                unnamed[stack[0]] += 1
    if not total:
        return None
    return {"share": {phase: phases[phase] / total for phase in PHASES},
            "other": {name: count / total for name, count in unnamed.most_common(5)}}
