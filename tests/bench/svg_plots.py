"""Two kinds of plot as SVG, without anything but text: bars of several ways, and lines over the
number of outstanding calls. Both have a white ground, so that they can be read anywhere."""
from html import escape

WIDTH, BAR, LEFT, RIGHT, TOP = 640, 26, 110, 90, 34
COLOURS = ("#2563a8", "#8a8f98", "#c2701c", "#3f7d4e", "#8c4a8c", "#a33b3b")


def document(height, title, parts):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            'font-family="sans-serif" font-size="13">\n'
            f"<title>{escape(title)}</title>\n"
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>\n'
            + text(10, 20, title, weight="bold") + "".join(parts) + "</svg>\n")


def text(x, y, words, anchor="start", weight="normal"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-weight="{weight}">'
            f"{escape(words)}</text>\n")


def bars(title, values, unit):
    """Returns a plot with one bar for each of `values` (name → number), the first in its own colour."""
    most = max(values.values()) or 1
    parts = []
    for i, (name, value) in enumerate(values.items()):
        y = TOP + i * BAR
        width = (WIDTH - LEFT - RIGHT) * value / most
        parts.append(text(LEFT - 8, y + 15, name, "end")
                     + f'<rect x="{LEFT}" y="{y + 3}" width="{width:.1f}" height="{BAR - 8}" '
                       f'fill="{COLOURS[min(i, 1)]}"/>\n'
                     + text(LEFT + width + 6, y + 15, f"{number(value)} {unit}"))
    return document(TOP + len(values) * BAR + 8, title, parts)


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def lines(title, series, unit):
    """Returns a plot of lines (name → {x: y}). The xs stand beside each other at equal distances."""
    xs = sorted({x for line in series.values() for x in line})
    most = max(y for line in series.values() for y in line.values()) or 1
    height, bottom = 260, 230
    names = 190  # for the names on the right

    def at(x, y):
        step = (WIDTH - LEFT - names) / max(len(xs) - 1, 1)
        return LEFT + xs.index(x) * step, bottom - (bottom - TOP - 10) * y / most

    parts = [f'<path d="M{LEFT} {TOP} V{bottom} H{WIDTH - names}" stroke="#444" fill="none"/>\n',
             text(LEFT - 8, TOP + 14, f"{number(most)} {unit}", "end"), text(LEFT - 8, bottom, "0", "end")]
    parts += [text(at(x, 0)[0], bottom + 18, str(x), "middle") for x in xs]
    for i, (name, line) in enumerate(series.items()):
        colour = COLOURS[i % len(COLOURS)]
        points = " ".join("{:.1f},{:.1f}".format(*at(x, y)) for x, y in sorted(line.items()))
        y = TOP + 14 + 18 * i
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>\n'
                     f'<rect x="{WIDTH - names + 10}" y="{y - 9}" width="10" height="10" '
                     f'fill="{colour}"/>\n' + text(WIDTH - names + 26, y, name))
    return document(height, title, parts)
