"""A copy of the project to work in, on a network of its own."""
import ctypes
import fcntl
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent.parent


def files():
    """Returns the names of the project's files: those that git has, or would add. Of a folder
    that is no checkout, as an archive makes it, all but what is built and hidden."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], cwd=TOP, check=False, capture_output=True, text=True)
    if listed.returncode == 0:
        return [name for name in listed.stdout.split("\0") if name and (TOP / name).is_file()]
    folders = [entry for entry in TOP.iterdir()
               if not entry.name.startswith((".", "build"))]
    return [str(file.relative_to(TOP)) for folder in folders
            for file in ([folder] if folder.is_file() else folder.rglob("*")) if file.is_file()]


def copy_project(names, folder, build):
    """Copies the project, with `build/` as it is and a `scripts/build` that builds nothing."""
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TOP / name, target)
    (folder / "build").symlink_to(build)
    (folder / "scripts/build").write_text("#!/bin/sh\nexit 0\n")


def end_leftovers(folder):
    """Kills what still works in the folder, and returns what it was."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            works_in = os.readlink(process / "cwd")
            command = (process / "cmdline").read_text().replace("\0", " ").strip()
            if pathlib.Path(works_in).is_relative_to(folder):
                os.kill(int(process.name), signal.SIGKILL)
                found.append(command)
        except OSError:
            pass  # it has ended, or is another user's
    return found


def own_network():
    """Moves this process to a network where no port is taken; returns whether that worked."""
    new_network, up, set_flags = 0x40000000, 0x1, 0x8914  # CLONE_NEWNET, IFF_UP, SIOCSIFFLAGS
    if os.geteuid() != 0 or ctypes.CDLL(None, use_errno=True).unshare(new_network) != 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sH14x", b"lo", up))
    return True
