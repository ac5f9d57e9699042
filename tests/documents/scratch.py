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


class ProjectCopy:
    """A copy of the project, with `build/` as it is and a `scripts/build` that builds nothing. One
    serves all documents, since 2,000 files take a second to copy: restore() makes it what it was."""

    def __init__(self, folder, build):
        self.folder = folder
        for name in files():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / name, target)
        (folder / "build").symlink_to(build)
        (folder / "scripts/build").write_text("#!/bin/sh\nexit 0\n")
        self._original = self._entries()

    def restore(self):
        now = self._entries()
        for path in sorted(now.keys() - self._original.keys(), reverse=True):  # what is in a folder first
            path.rmdir() if now[path] is None else path.unlink()
        for path, mark in self._original.items():
            if now.get(path, "gone") == mark:
                continue
            if mark is None:
                path.mkdir()
            elif path.relative_to(self.folder).as_posix() in ("build", "scripts/build"):
                raise RuntimeError(f"{path} was changed, which is the test's own")
            else:
                shutil.copy(TOP / path.relative_to(self.folder), path)
                self._original[path] = self._mark(path)

    def _entries(self):
        """Returns all paths: None for a folder, of a file what changes if it is written."""
        return {pathlib.Path(folder, name): self._mark(pathlib.Path(folder, name))
                for folder, folders, names in os.walk(self.folder) for name in folders + names}

    @staticmethod
    def _mark(path):
        if path.is_dir() and not path.is_symlink():
            return None
        found = path.lstat()
        return found.st_ino, found.st_size, found.st_mtime_ns


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
