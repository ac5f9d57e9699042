"""Finds what the sources know and no document tells: events, keys, limits, metrics,
sd_notify."""
import re

from scratch import TOP

EVENTS = "protocol/events.md"
LIMITS = "protocol/limits.md"
KEYS = "protocol/configuration.md"
SYSTEMD = "broker/systemd.md"
METRICS = "broker/metrics.md"
METRIC = re.compile(r'\bmetric_info\s+\w+\s*\{\s*"(\w+)"')
METRIC_ROW = re.compile(r"^\| `((?:troupe|process)_\w+)` \|", re.M)
LIMIT = re.compile(r"inline constexpr \S+ (\w+) = ([^;]+);")
EVENT_ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| [^|]*\|$", re.M)  # kind, when, members
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+?) \|", re.M)
KEY = re.compile(r'\.(?:text|texts|whole|flag|choice|duration|size|share|get)\("(\w+)"')
MESSAGE = re.compile(r'\bnotify_service_manager\("([A-Z]+=)')
TABLE = re.compile(r'\btable\("(\w+)"\)')
MICROSECONDS = {"µs": 1, "us": 1, "ms": 1000, "s": 1_000_000, "min": 60_000_000}
UNITS = {"KiB": 1024, "MiB": 1024**2, "": 1, **MICROSECONDS}


def read(name):
    return (TOP / name).read_text()


def find_undocumented():
    """Returns a line for each thing that the documents do not tell, or tell wrongly."""
    return events() + keys() + limits() + metrics() + messages()


def events():
    kinds = re.findall(r'^ +"(\w+)",$', read("protocol/base/event_kinds.cpp"), re.M)
    documented = set(EVENT_ROW.findall(read(EVENTS)))
    return ([f"{EVENTS}: no row for the event {kind}" for kind in kinds if kind not in documented]
            + [f"{EVENTS}: there is no event {kind}" for kind in documented - set(kinds)]
            + ([] if kinds else ["protocol/base/event_kinds.cpp: no kinds are found in it"]))


def keys():
    """Each key that is read stands in the table of the configuration, alone or behind a dot."""
    source = "".join(path.read_text() for path in (TOP / "protocol/config").glob("*.cpp"))
    known = set(KEY.findall(source)) | set(TABLE.findall(source))
    table = read(KEYS).split("\n## Keys\n")[1].split("\n## ")[0]
    cells = " ".join(row.split(" | ")[0] for row in table.splitlines() if row.startswith("|"))
    documented = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", cells))))
    return ([f"{KEYS}: no row for the key {key}" for key in sorted(known - documented)]
            + ([] if known else ["protocol/config: no keys are found in it"]))


def metrics():
    """The page has a row for each metric that a node may have, and for no other."""
    known = set()
    for top in ("protocol", "actors", "broker"):
        for path in (TOP / top).rglob("*.?pp"):
            for name in METRIC.findall(path.read_text()):
                known.add(name if name.startswith("process_") else f"troupe_{name}")
    documented = METRIC_ROW.findall(read(METRICS))
    return ([f"{METRICS}: no row for the metric {name}" for name in sorted(known - set(documented))]
            + [f"{METRICS}: there is no metric {name}" for name in sorted(set(documented) - known)]
            + [f"{METRICS}: {name} has two rows" for name in sorted(
                {name for name in documented if documented.count(name) > 1})]
            + ([] if known else ["no metrics are found in the sources"]))


def limits():
    texts = {name: text for file in (
        "protocol/base/limits.hpp", "protocol/base/cluster_limits.hpp",
        "protocol/base/metric_limits.hpp",
        "protocol/base/slow_limits.hpp",
        "protocol/base/form_limits.hpp",
        "protocol/base/log_limits.hpp",
        "protocol/base/listing_limits.hpp",
        "broker/front/front_limits.hpp",
        "broker/front/dashboard/page_limits.hpp")
        for name, text in LIMIT.findall(read(file))}
    known = {name: value_in_source(text, texts) for name, text in texts.items()}
    documented = {name: value_in_table(text) for name, text in ROW.findall(read(LIMITS))}
    wrong = [f"{LIMITS}: {name} is {documented.get(name)}, in the sources {known.get(name)}"
             for name in sorted(known.keys() | documented.keys())
             if known.get(name) != documented.get(name)]
    return wrong + ([] if known else ["protocol/base/limits.hpp: no limits are found in it"])


def messages():
    """Each message to the service manager stands in the page about systemd."""
    sources = "".join(file.read_text() for file in (TOP / "broker/serve").glob("*.cpp"))
    known = set(MESSAGE.findall(sources))
    documented = set(re.findall(r"^\| `([A-Z]+=)", read(SYSTEMD), re.M))
    return ([f"{SYSTEMD}: no row for the message {m}" for m in sorted(known - documented)]
            + [f"{SYSTEMD}: the node sends no {m}" for m in sorted(documented - known)]
            + ([] if known else ["broker/serve: no messages to systemd are found in it"]))


def value_in_source(text, others):
    """Returns a product of whole numbers and of `others`, or a duration in microseconds."""
    text = re.sub(r"\b[a-z_]\w*", lambda name: str(value_in_source(others[name[0]], others)), text)
    number, unit = re.fullmatch(r"([\d' *]+?)(us|ms|s|min|)", text).groups()
    product = 1
    for factor in number.replace("'", "").split("*"):
        product *= int(factor)
    return product * UNITS[unit]


def value_in_table(text):
    """Returns the same of what is written for people: `64 KiB`, `65,536`, `10 s`."""
    number, unit = re.fullmatch(r"([\d,]+) ?(\S*)", text).groups()
    return int(number.replace(",", "")) * UNITS[unit]
