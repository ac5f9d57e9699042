#!/usr/bin/env python3
"""Installs a build, and looks at what came of it. Usage: install.py BUILD_FOLDER PREFIX"""
import pathlib
import re
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
#: What the program says of itself; its commands have pages, too.
TEXTS = {"share/doc/troupe/dashboard-licenses.txt",
         "share/man/man1/troupe.1.gz", "share/man/man5/troupe.toml.5.gz",
         "share/bash-completion/completions/troupe", "share/zsh/vendor-completions/_troupe",
         "share/fish/vendor_completions.d/troupe.fish"}


def run(*command, **options):
    done = subprocess.run(command, text=True, capture_output=True, timeout=120, **options)
    if done.returncode:
        sys.exit(f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def install(build, prefix, component):
    """Installs one component; returns the files that it has brought."""
    before = set(prefix.rglob("*")) if prefix.exists() else set()
    run("cmake", "--install", build, "--prefix", prefix, "--component", component)
    return {str(p.relative_to(prefix)) for p in set(prefix.rglob("*")) - before if not p.is_dir()}


def differences(what, wanted, there):
    for name in sorted(there - wanted):
        yield f"{what}: {name} is installed, and not public"
    for name in sorted(wanted - there):
        yield f"{what}: {name} is missing"


def main(build, prefix):
    prefix = pathlib.Path(prefix)
    shutil.rmtree(prefix, ignore_errors=True)
    program = install(build, prefix, "program")
    library = install(build, prefix, "library")
    development = install(build, prefix, "development")
    wrong = []

    listed = (TOP / "actors/public/headers.txt").read_text().split()
    facades = {pathlib.PurePath(n).name for n in listed if n.startswith("actors/public/")}
    headers = {n.split("include/", 1)[1] for n in development if n.startswith("include/")}
    wrong += differences("headers", {f"troupe/{n}" for n in [*listed, *facades]}, headers)

    versions = re.search(r"VERSION (\d+)\.(\d+\.\d+)", (TOP / "CMakeLists.txt").read_text())
    major, rest = versions.groups()
    folder = next(n.rsplit("/", 1)[0] for n in library if n.endswith(f"/libtroupe.so.{major}"))
    wrong += differences("library", {
        f"{folder}/libtroupe.so.{major}", f"{folder}/libtroupe.so.{major}.{rest}",
        f"{folder}/libtroupe/troupe-guardian"}, library)
    pages = {n for n in program if n.startswith("share/man/man1/troupe-")}
    wrong += differences("program", {"bin/troupe", *TEXTS}, program - pages)
    if "share/man/man1/troupe-serve.1.gz" not in pages:
        wrong.append(f"program: the pages of commands are {sorted(pages)}")
    wrong += differences("development", {
        f"{folder}/libtroupe.so", *(f"{folder}/cmake/Troupe/{n}" for n in (
            "TroupeConfig.cmake", "TroupeConfigVersion.cmake", "FindCAF.cmake"))},
        {n for n in development if not n.startswith("include/")})

    # The program finds its library where both were installed, not where they were built.
    said = run(prefix / "bin/troupe", "--version", env={}).strip()
    if said != f"troupe {major}.{rest}":
        wrong.append(f"the installed program says {said!r}")
    linked = run("ldd", prefix / "bin/troupe")
    if str((prefix / folder).resolve()) not in str(pathlib.Path(
            re.search(r"libtroupe\.so\S* => (\S+)", linked)[1]).resolve()):
        wrong.append(f"the installed program uses another library:\n{linked}")

    print("\n".join(wrong) or f"{len(program) + len(library) + len(development)} files installed in {prefix}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
