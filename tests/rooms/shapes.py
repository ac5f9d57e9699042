#!/usr/bin/env python3
"""Holds what can be said of the sources by reading them: how many data members the state of an
actor has, that JSON is put together and UTF-8 decoded in one place, that no text of a message
decides, that a fault has no empty tail, and that ctest runs each suite of the whole program.

Names of states end in `_state`, `_context` or `_base`. What a state inherits counts where it
stands."""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
MEMBERS_OF_A_STATE = 12
STATE = re.compile(r"\b(?:class|struct) (\w+_(?:state|context|base))(?: final)?\s*(?::[^;{]*)?\{")
NO_MEMBER = re.compile(r"(?:using|friend|typedef|static|template|enum|constexpr|virtual|explicit"
                       r"|class|struct|union)\b|~")
TOKEN = re.compile(r'//[^\n]*|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
                   r"'(?:\\.|[^'\\\n])'", re.S)
# What is wrong wherever it stands, but for the files that are there for it.
PATTERNS = (
    ("a fault with an empty tail", re.compile(r"\{code::[^;]*?, \{\}\}"), ()),
    ("a second decoder of UTF-8", re.compile(r"& 0[xX][cC]0\b"),
     ("protocol/base/utf8.hpp", "protocol/base/utf8.cpp")),
    ("a decision on the text of a message",
     re.compile(r"\bmessage(?:\s*[=!]=|\.(?:find|contains|starts_with|ends_with)\()"),
     # Drops the name of a worker from the line, which begins with it.
     ("actors/interfaces/end_reason.cpp",)),
    ("JSON that is put together by hand",
     # A key with its colon, or a bracket or quote to which something is joined.
     re.compile(r'(?:"\{?,?\\"|R"\w*\([{\[,]*")\w+\\?"\s*:|"[{,]\s*\\"\w*\\?"?\s*:?\s*"\s*\+'
                r'|"\\"\s*:|"\{"\s*\+|"[\[,]"\s*\+\s*\w*quote|\bopen\(\'[{\[]\''),
     # The writers: of documents, and of MessagePack that is read on the goridge path: its
     # visitor learns of each bracket and key by itself.
     ("protocol/base/json_writer.cpp", "protocol/wires/msgpack_json.cpp",
      # Texts that never change.
      "actors/session/session_registry.cpp", "protocol/wires/goridge.cpp")),
    ("a second address of a unix socket", re.compile(r"(?:\.|->)\s*sun_path\b"),
     ("actors/loop/unix_address.hpp",)),
)


def without_comments(text):
    return TOKEN.sub(lambda m: "" if m[0].startswith("//") else m[0], text)


def without_texts(text):
    return TOKEN.sub(lambda m: "" if m[0].startswith("//") else '""', text)


def end_of_braces(text, begin):
    """Returns where the brace at `begin` is closed."""
    depth = 0
    for i in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return len(text)


def declarations(body):
    """Yields the declarations of a class, without what stands in braces."""
    i, current = 0, ""
    while i < len(body):
        if body[i] == "{":
            i = end_of_braces(body, i)
            # The body of a function, or of a type in the class, ends its declaration.
            is_type = re.search(r"\b(?:class|struct|enum|union)\b", current)
            if is_type or re.search(r"\)[^=;]*$", current):
                yield current
                current = ""
                i += len(re.match(r"\}\s*;?", body[i:])[0]) - 1 if is_type else 0
        elif body[i] == ";":
            yield current
            current = ""
        else:
            current += body[i]
        i += 1


def members(body):
    """Returns how many data members a class with this body has."""
    count = 0
    for one in declarations(body):
        one = re.sub(r"\b(?:public|private|protected)\s*:(?!:)", "", one).strip()
        one = re.sub(r"\[\[\w+\]\]", "", one).strip()
        core = one.split("=")[0]
        while (shorter := re.sub(r"<[^<>]*>", "", core)) != core:
            core = shorter
        if core and not NO_MEMBER.match(core) and "(" not in core and " " in core.strip():
            count += 1 + core.count(",")
    return count


def wrong(name, text):
    """Yields what is wrong with one source."""
    bare = without_texts(text)
    for match in STATE.finditer(bare):
        found = members(bare[match.end():end_of_braces(bare, match.end() - 1)])
        if found > MEMBERS_OF_A_STATE:
            yield f"{name}: {match[1]} has {found} data members, more than {MEMBERS_OF_A_STATE}"
    code = without_comments(text)
    for what, pattern, allowed in PATTERNS:
        if name not in allowed:
            for match in pattern.finditer(code):
                line = code.count("\n", 0, match.start()) + 1
                yield f"{name}:{line}: {what}: {match[0]}"


def forgotten_suites():
    """Yields the suites of the whole program that no entry of ctest runs."""
    program = TOP / "tests" / "program"
    entries = set(re.findall(r"^program_suite\((\w+)", (program / "CMakeLists.txt").read_text(), re.M))
    for path in sorted(program.glob("*.cpp")):
        for suite in re.findall(r"^BOOST_\w+_TEST_SUITE\((\w+)", path.read_text(), re.M):
            if suite not in entries:
                yield f"{path.relative_to(TOP)}: tests/program/CMakeLists.txt runs no suite {suite}"


def main():
    found = list(forgotten_suites())
    sources = sorted(p for top in ("protocol", "actors", "broker")
                     for p in (TOP / top).rglob("*.?pp"))
    for path in sources:
        found += wrong(str(path.relative_to(TOP)), path.read_text())
    for line in found:
        print(line, file=sys.stderr)
    print(f"{len(sources)} sources, {len(found)} wrong")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
