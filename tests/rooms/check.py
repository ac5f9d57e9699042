#!/usr/bin/env python3
"""Holds the rule of the rooms: includes point only where a folder's README allows it.

Each folder with C++ sources has a README.md with a line such as
  May include: `protocol/base`, `actors/loop`. CAF: no. Namespace: `troupe::os`.
`CAF: by others` means that sources include CAF only through headers of other rooms.
The check reads those lines and the sources. It fails for an include that is not allowed, an
allowance that nothing uses, a circle, a namespace of another room, two types with one name, and
for files and folders that have grown too large."""
import collections
import pathlib
import re
import statistics
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
LINES_OF_A_FILE = 300
SHARE_OF_A_FOLDER = 0.15
MEDIAN_LINES = 100

RULE = re.compile(r"^May include: (nothing|(?:`[a-z/]+`(?:, )?)+)\. CAF: (yes|by others|no)\."
                  r" Namespace: `(troupe[a-z:]*)`\.$", re.M)
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)
CAF = re.compile(r"^#include <caf/", re.M)
SCOPE = re.compile(r"^(?:inline )?namespace(?: ([a-z_:]+))? \{|^\} // namespace|"
                   r"^(?:template <.*> )?(?:class|struct|union|enum class) (?:\[\[[^\]]*\]\] )?"
                   r"([a-z_]\w*)\b(?!::)[^;{]*\{", re.M)


def rooms():
    """Returns the sources of each folder, by the folder's path."""
    found = collections.defaultdict(dict)
    for top in ("protocol", "actors", "broker"):
        for path in (TOP / top).rglob("*.?pp"):
            name = path.relative_to(TOP)
            found[str(name.parent)][str(name)] = path.read_text()
    return found


def rule_of(room):
    """Returns the rooms that `room` may include, its word for CAF, and its namespace; or
    None."""
    readme = TOP / room / "README.md"
    match = RULE.search(readme.read_text()) if readme.exists() else None
    if not match:
        return None
    return set(re.findall(r"`([^`]+)`", match[1])), match[2], match[3]


def reaches_caf(found):
    """Returns the sources that include CAF, also through others."""
    texts = {name: text for sources in found.values() for name, text in sources.items()}
    users = collections.defaultdict(set)
    for name, text in texts.items():
        for included in INCLUDE.findall(text):
            users[included].add(name)
    reached, todo = set(), [name for name, text in texts.items() if CAF.search(text)]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo.extend(users[name])
    return reached


def wrong_includes(room, sources, with_caf):
    """Yields what the includes of one folder do against its rule."""
    rule = rule_of(room)
    if rule is None:
        yield f"{room}/README.md: no line of the form `May include: …. CAF: yes|by others|no. Namespace: `…`.`"
        return
    allowed, caf, _ = rule
    used, own_caf = set(), any(CAF.search(text) for text in sources.values())
    for name, text in sorted(sources.items()):
        if CAF.search(text) and caf != "yes":
            yield f"{name}: includes CAF, which {room} does without"
        elif name in with_caf and caf == "no":
            yield f"{name}: includes CAF through others, which {room} does without"
        for included in INCLUDE.findall(text):
            other = str(pathlib.PurePath(included).parent)
            if other == room:
                continue
            used.add(other)
            if other not in allowed:
                yield f"{name}: includes {included}, which {room}/README.md does not allow"
    for other in sorted(allowed - used):
        yield f"{room}/README.md: allows {other}, which nothing in {room} includes"
    if caf == "yes" and not own_caf or caf == "by others" and not with_caf & sources.keys():
        yield f"{room}/README.md: says CAF: {caf}, which is not so"


def types_of(text):
    """Yields each namespace that `text` opens, and each type that it defines in one."""
    scopes = []
    for match in SCOPE.finditer(text):
        if match[2]:
            if None not in scopes:  # what has no name is nobody else's
                yield "::".join(scopes), match[2]
        elif match[0].startswith("}"):
            scopes.pop()
        else:
            scopes.append(match[1])
            if match[1]:
                yield "::".join(s for s in scopes if s), None


def wrong_names(found):
    """Yields sources outside their room's namespace, and types that are defined twice: the
    linker takes one of the two for both."""
    defined = {}
    for room, sources in sorted(found.items()):
        own = (rule_of(room) or (0, 0, ""))[2]
        for name, text in sorted(sources.items()):
            for scope, kind in types_of(text):
                if not kind:
                    if scope.startswith("troupe") and not (scope + "::").startswith(own + "::"):
                        yield f"{name}: opens {scope}, not {own}"
                    continue
                where = defined.setdefault(f"{scope}::{kind}", name)
                if where != name:
                    yield f"{name}: defines {scope}::{kind}, as {where} does"


def circles(arrows):
    """Yields each folder that reaches itself along `arrows`."""
    for start in sorted(arrows):
        seen, todo = set(), list(arrows[start])
        while todo:
            room = todo.pop()
            if room not in seen:
                seen.add(room)
                todo.extend(arrows.get(room, ()))
        if start in seen:
            yield f"{start}: is included by what it includes"


def sizes(found):
    """Yields what is larger than the house allows."""
    lengths = {name: text.count("\n") for room in found.values() for name, text in room.items()}
    total = sum(lengths.values())
    for name, lines in sorted(lengths.items()):
        if lines > LINES_OF_A_FILE:
            yield f"{name}: has {lines} lines, more than {LINES_OF_A_FILE}"
    for room, sources in sorted(found.items()):
        share = sum(lengths[name] for name in sources) / total
        if share > SHARE_OF_A_FOLDER:
            yield f"{room}: holds {share:.0%} of the code, more than {SHARE_OF_A_FOLDER:.0%}"
    median = statistics.median(lengths.values())
    if median > MEDIAN_LINES:
        yield f"the median source has {median} lines, more than {MEDIAN_LINES}"


def main():
    found = rooms()
    arrows = {
        room: {str(pathlib.PurePath(i).parent) for text in sources.values()
               for i in INCLUDE.findall(text)} - {room}
        for room, sources in found.items()}
    with_caf = reaches_caf(found)
    wrong = [line for room in sorted(found)
             for line in wrong_includes(room, found[room], with_caf)]
    wrong += circles(arrows)
    wrong += wrong_names(found)
    wrong += sizes(found)
    for line in wrong:
        print(line, file=sys.stderr)
    largest = max(sum(t.count("\n") for t in s.values()) for s in found.values())
    total = sum(t.count("\n") for s in found.values() for t in s.values())
    print(f"{len(found)} rooms, {sum(map(len, arrows.values()))} arrows, {len(wrong)} wrong;"
          f" the largest room has {largest / total:.1%} of {total} lines")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
