"""Finds what documents point to and is not there: files, headings, sources."""
import posixpath
import re

from markdown import SAVE_AS, prose_of
from scratch import TOP

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.M)
SOURCE = re.compile(r"`((?:protocol|actors|broker|tests|examples|scripts)/[\w./-]*)`")
START = "README.md"

#: Files that CONTRIBUTING.md has its reader make.
CONTRIBUTED = {"protocol/wires/netstrings.hpp", "protocol/wires/netstrings.cpp",
               "tests/protocol/wires/netstrings.cpp", "actors/interfaces/mirror_actor.hpp",
               "actors/worker/mirror.hpp", "actors/worker/mirror.cpp",
               "tests/actors/worker/mirror.cpp"}


def find_broken_links(names):
    """Returns a line for each link, anchor and path that leads nowhere, and for each document that
    nobody gets to by links from the first one."""
    folders = {posixpath.dirname(name) for name in names}
    for folder in list(folders):
        while folder := posixpath.dirname(folder):
            folders.add(folder)
    documents = {name: prose_of((TOP / name).read_text()) for name in names if name.endswith(".md")}
    broken, links = [], {}
    for document, text in documents.items():
        links[document] = set()
        for link in LINK.findall(text):
            if re.match(r"\w+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = target_of(document, path)
            links[document].add(target if target in documents else posixpath.join(target, START))
            if target not in names and target not in folders:
                broken.append(f"{document}: no file for the link {link}")
            elif anchor and anchor not in anchors_of(documents.get(target, "")):
                broken.append(f"{document}: no heading for the link {link}")
        broken += [f"{document}: there is no {path}" for path in SOURCE.findall(text)
                   if path.rstrip("/") not in folders | set(names) | to_be_made(text)]
    return broken + [f"{document}: no link leads here from {START}"
                     for document in sorted(documents.keys() - reached_from(START, links))]


def to_be_made(text):
    """Returns the files that the reader is told to make."""
    return CONTRIBUTED | set(SAVE_AS.findall(text))


def target_of(document, path):
    """Returns the name of what a link in a document points to."""
    if not path:
        return document
    return posixpath.normpath(posixpath.join(posixpath.dirname(document), path))


def anchors_of(text):
    """Returns the anchors of the headings of a document, as they are made by GitHub."""
    found = []
    for heading in HEADING.findall(text):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        earlier = found.count(anchor)
        found.append(f"{anchor}-{earlier}" if earlier else anchor)
    return found


def reached_from(start, links):
    reached, open_documents = set(), [start]
    while open_documents:
        document = open_documents.pop()
        if document in links and document not in reached:
            reached.add(document)
            open_documents += links[document]
    return reached
