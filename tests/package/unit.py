#!/usr/bin/env python3
"""Looks at the unit and the other files of the service as those that read them do, where they are
installed. Usage: unit.py PROGRAM"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
FILES = TOP / "scripts/packages"
#: What workers would not survive, whatever else is hardened: broker/systemd.md.
FORBIDDEN = {"MemoryDenyWriteExecute", "SystemCallFilter", "PrivateTmp", "PrivateDevices", "ProtectClock"}
WANTED = {"Type": "notify", "KillMode": "process", "StateDirectory": "troupe", "RuntimeDirectory": "troupe",
          "LoadCredential": "api_key:/etc/troupe/api_key"}


def settings(unit):
    return dict(re.findall(r"^(\w+)=(.*)$", unit, re.M))


def complaint(*command):
    """Returns what a program complains of, or None if it is content."""
    if not shutil.which(command[0]):
        print(f"SKIPPED: no {command[0]} here")
        return None
    done = subprocess.run(command, text=True, capture_output=True, timeout=60)
    # systemd-analyze may complain and say that all is well; systemd-sysusers tells what it would do.
    words = done.stderr if command[0] == "systemd-analyze" else ""
    return f"{command[0]}: {done.stdout}{done.stderr}" if done.returncode or words.strip() else None


def main(program):
    unit = (FILES / "troupe.service").read_text()
    known = settings(unit)
    wrong = [f"the unit has {name}" for name in sorted(FORBIDDEN & known.keys())]
    wrong += [f"the unit has {name}={known.get(name)}, not {value}"
              for name, value in WANTED.items() if known.get(name) != value]
    if "WatchdogSec" not in known:
        wrong.append("the unit has no WatchdogSec")
    packed = re.findall(r"troupe_package_files\(service (/etc\S*) \S+/(\S+?)(?: (\S+))?\)",
                        (TOP / "scripts/cmake/package.cmake").read_text())
    in_etc = {f"{folder}/{name or file}" for folder, file, name in packed}
    if (listed := set((FILES / "conffiles").read_text().split())) != in_etc:
        wrong.append(f"the packages have {sorted(in_etc)} in /etc, and conffiles lists {sorted(listed)}")
    checked = subprocess.run([program, "check", "-c", FILES / "troupe.toml"], text=True, capture_output=True,
                             timeout=60)
    if checked.returncode:
        wrong.append(f"troupe.toml: {checked.stdout}{checked.stderr}")
    with tempfile.TemporaryDirectory(prefix="troupe-unit-") as scratch:
        # systemd wants programs that are there.
        copy = pathlib.Path(scratch, "troupe.service")
        copy.write_text(re.sub(r"/usr/bin/troupe\b", str(pathlib.Path(program).resolve()), unit))
        wrong.append(complaint("systemd-analyze", "verify", "--man=no", copy))
        wrong.append(complaint("systemd-sysusers", "--dry-run", FILES / "troupe.sysusers"))
    wrong += [f"{name}: {words}" for name in ("postinst", "prerm", "postrm")
              if (words := complaint("sh", "-n", FILES / name))]
    wrong = [words for words in wrong if words]
    print("\n".join(wrong) or f"{len(known)} settings of the unit, {len(in_etc)} files in /etc")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
