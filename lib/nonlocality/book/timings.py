"""The page on benchmarks, from the two files that the benchmarks write.

``book/computed/benchmarks.json`` has problems with the ways that were measured side by side,
``book/computed/growth.json`` families of growing size.
"""

import html
import json
import re
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import numpy as np

from nonlocality.book.figures import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    show,
    subplots,
    table,
)
from nonlocality.book.formulas import with_formulas

OURS = "nonlocality"
COLOURS = {OURS: BLUE, "CVXPY": VERMILLION, "PICOS": ORANGE, "ncpol2sdpa": GREEN, "MoMPy": PURPLE,
           "toqito": SKY, "NumPy": GREEN, "QuTiP": PURPLE, "Python": ORANGE,
           "cddlib": GREEN}  # fmt: skip
"""One a tool, everywhere on the page."""


def computed(root: Path, name: str) -> dict | None:
    """What a script has written into ``book/computed``, None without the file.

    root: the checkout. name: of the file, without its ending.
    """
    path = root / "book" / "computed" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def duration(seconds: float) -> str:
    """A time in three digits.

    >>> duration(0.0000123), duration(0.0123), duration(12.3)
    ('12.3 µs', '12.3 ms', '12.3 s')
    """
    for unit, size in (("µs", 1e-6), ("ms", 1e-3)):
        if seconds < 999.5 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def times(ratio: float | None) -> str:
    """A ratio in two or three digits.

    >>> times(2.163), times(25164.2), times(None)
    ('2.2', '25,000', '–')
    """
    if ratio is None:
        return "–"
    digits = f"{ratio:.2g}" if ratio < 1e4 else f"{float(f'{ratio:.2g}'):,.0f}"
    return f"{float(digits):,.0f}" if "e" in digits else digits


def labelled_table(label: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table without caption, with a name of its own for those who hear the page.

    On a phone its rows are paragraphs, in which each number follows the head of its column.

    >>> 'aria-label="Measured"' in labelled_table("Measured", ["time"], [["1 s"]])
    True
    """
    made = table(head, rows).html.replace("<table>", '<table class="nl-stacked">', 1)
    named = f'role="region" aria-label="{html.escape(label, quote=True)}"'
    made = re.sub('role="region" aria-label="[^"]*"', lambda _: named, made, count=1)
    heads = cycle(html.escape(word, quote=True) for word in head)
    return re.sub("<td", lambda _: f'<td data-head="{next(heads)}"', made)


def _right(ways: Sequence[dict], *, ours: bool) -> dict | None:
    """The fastest way whose value is right; of ours one that starts from nothing."""
    found = [
        w
        for w in ways
        if w.get("verdict") == "right"
        and (w["tool"] == OURS) == ours
        and not (ours and "again" in w["how"])
    ]
    return min(found, key=lambda w: w["seconds"], default=None)


def _cell(way: dict | None) -> str:
    return f"{way['tool']}, {way['how']}: {duration(way['seconds'])}" if way else "none"


def summary(problems: Sequence[dict]) -> str:
    """A row a problem: our best way, the best other one that is right, how many times faster."""
    rows = []
    for entry in problems:
        ours, other = (_right(entry["ways"], ours=mine) for mine in (True, False))
        again = entry["ratio_again"]
        ratio = times(entry["ratio"]) + (f" ({times(again)} again)" if again else "")
        mine = f"{ours['how']}: {duration(ours['seconds'])}" if ours else "none"
        rows.append([entry["problem"], ratio, mine, _cell(other)])
    head = ["Problem", "Times faster", "Ours", "Best other that is right"]
    return labelled_table("Times faster than other tools", head, rows)


def details(problems: Sequence[dict]) -> str:
    """All ways of each problem, folded."""
    parts = []
    for entry in problems:
        rows = []
        for way in entry["ways"]:
            name = f"{way['tool']}, {way['how']}"
            if "failed" in way:
                rows.append([name, "–", "–", "–", f"did not run: {way['failed']}"])
                continue
            memory = f"{way['peak_mb']:.1f} MB"
            verdict, value = way["verdict"], f"{way['value']:.9g}"
            if verdict != "right":
                verdict = f"{verdict}: {way['error']:+.1e}"
            rows.append([name, duration(way["seconds"]), value, memory, verdict])
        head = ["Way", "Median", "Value", "Peak memory", "Verdict"]
        made = labelled_table(f"Ways of {entry['problem']}", head, rows)
        title = f"{entry['problem']} = {entry['truth']:.9g}, {entry['source']}"
        parts.append(f"<details><summary>{html.escape(title)}</summary>{made}</details>")
    return "".join(parts)


def astray(problems: Sequence[dict]) -> str:
    """The ways whose value is not right, or that did not run, in a list."""
    items = []
    for entry in problems:
        for way in entry["ways"]:
            name = f"{way['tool']} ({way['how']}), {entry['problem']}"
            if "failed" in way:
                items.append(f"{name}: did not run, “{way['failed']}”")
            elif way["verdict"] != "right":
                items.append(f"{name}: {way['verdict']}, {way['value']:.6g} for "
                             f"{entry['truth']:.6g}")  # fmt: skip
    return "<ul>" + "".join(f"<li>{html.escape(item)}</li>" for item in items) + "</ul>"


def machine_words(machine: dict) -> str:
    """The machine in one paragraph."""
    versions = ", ".join(
        f"{name} {version or 'not installed'}" for name, version in machine["versions"].items()
    )
    return (
        f"<p>{html.escape(machine['processor'])}, {machine['cores']} cores, "
        f"{machine['memory_gb']:.0f} GB of memory, {machine['system']}, Python "
        f"{machine['python']}, one thread a process; {html.escape(versions)}.</p>"
    )


TEN = 10
"""How many times larger sizes are to be, in the same time, where there is a reduction."""


def reach_words(families: Sequence[dict]) -> str:
    """A row a family: what others reach, ours in the same time; and why it is not ten times."""
    rows, why = [], []
    for family in families:
        found, named = family["reach"], f"{family['family']} ({family['size'].split()[-1]})"
        if found is None:
            rows.append([named, "–", "–", "–"])
            continue
        other = f"{found['other']}: {found['size']:,} in {duration(found['seconds'])}"
        mine = found["ours"].removeprefix(OURS).removeprefix(", ") or "library"
        ours = f"{mine}: {found['our_size']:,} in {duration(found['our_seconds'])}"
        rows.append([named, times(found["times"]), ours, other])
        if found["times"] < TEN:
            why.append(f"<li>{html.escape(family['family'])}: {with_formulas(family['why'])}</li>")
    head = ["Family", "Times larger", "Ours in the same time", "Best other that is right"]
    made = labelled_table("Sizes in the same time", head, rows)
    return f"{made}<p>Where it is not ten times:</p><ul>{''.join(why)}</ul>" if why else made


FITTED = {"seconds": 2e-3, "peak_mb": 1.0}
"""What is smaller does not grow yet, and is left out of the fit."""


def growth_rate(points: Sequence[dict], law: str, key: str = "seconds") -> float | None:
    """Exponent p of a quantity ∝ size^p, or factor q of one ∝ q^size; None with too few points.

    points: sizes with what was measured, the smallest first. law: "power" or "exponential".
    key: of the quantity. Memory, "peak_mb", has a constant besides, which every call of a tool
    takes; so what is fitted is how it differs from that of the smallest size.

    >>> points = [{"size": n, "seconds": 0.01 * n**3, "peak_mb": 8 + n**2} for n in (1, 2, 4, 8)]
    >>> round(growth_rate(points, "power"), 9), round(growth_rate(points, "power", "peak_mb"), 2)
    (3.0, 2.0)
    >>> round(growth_rate([{"size": n, "seconds": 2.0**n} for n in (1, 2, 4)], "exponential"), 9)
    2.0
    """
    memory = key == "peak_mb"
    start = points[0] if memory and points else {"size": 0, key: 0.0}
    found = [(float(point["size"]), point[key] - start[key]) for point in points]
    used = [(size, value) for size, value in found if value >= FITTED[key]]
    if len(used) < 3:
        return None
    x, y = np.array(used).T
    x = np.log(x) if law == "power" else x
    slope = np.polyfit(x, np.log(y), 1)[0]
    if memory:  # y ∝ e^(slope·x) − e^(slope·first)
        first = np.log(start["size"]) if law == "power" else start["size"]
        slopes = np.linspace(0.05, 12, 240)[:, None]
        off = np.log(y) - slopes * x - np.log1p(-np.exp(slopes * (first - x)))
        slope = slopes[off.std(axis=1).argmin(), 0]
    return float(slope if law == "power" else np.exp(slope))


def _grows(points: Sequence[dict], law: str, size: str, key: str) -> str:
    """The fitted growth of a way as a formula in the letter that ends the words of its size."""
    rate, letter = growth_rate(points, law, key), size.split()[-1]
    if rate is None:
        return "–"
    return f"${letter}^{{{rate:.1f}}}$" if law == "power" else f"${rate:.1f}^{letter}$"


def growth_words(family: dict) -> str:
    """How far each way comes and how it grows, as a table; values that are not right are named."""
    rows, size = [], family["size"]
    for name, way in family["ways"].items():
        law = "exponential" if "$2^N$" in name else family["law"]
        name += f" ({way['verdict']})" if way["verdict"] not in ("right", None) else ""
        last = way["points"][-1] if way["points"] else None
        if last is None:
            rows.append([name, "–", "–", "–", way["failed"] or "", "–"])
            continue
        rows.append([name, f"{last['size']:,}", duration(last["seconds"]),
                     _grows(way["points"], law, size, "seconds"), f"{last['peak_mb']:.1f} MB",
                     _grows(way["points"], law, size, "peak_mb")])  # fmt: skip
    head = ["Way", "Largest size", "Its time", "Time grows as", "Its memory", "Memory grows as"]
    made = labelled_table(f"Growth of {family['family']}", head, rows)
    return made


def growth_picture(family: dict) -> str:
    """Time above, memory below, against size."""
    figure, panels = subplots(2, 1, figsize=(5.4, 6.2), sharex=True)
    for name, way in family["ways"].items():
        tool, _, rest = name.partition(",")
        style = {"": "-", " reduced": "--", " closed form": ":"}.get(rest, "-.")
        style = "-" if tool != OURS and "$2^N$" not in rest else style
        for axes, key, unit in zip(panels, ("seconds", "peak_mb"), (1, 1), strict=True):
            points = [(p["size"], p[key] * unit) for p in way["points"] if p[key] > 0]
            if points:
                axes.plot(*zip(*points, strict=True), style, marker="o", markersize=3,
                          color=COLOURS.get(tool, INK), label=name)  # fmt: skip
    for axes, label in zip(panels, ("seconds", "megabytes"), strict=True):
        axes.set(yscale="log", ylabel=label)
        if family["law"] == "power":
            axes.set_xscale("log")
    panels[1].set_xlabel(family["size"])
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    alt = f"{family['family']}: time and peak memory of {len(family['ways'])} ways against size."
    return show(figure, alt=alt).html


def peers_html(root: Path) -> str:
    """The tables of the problems; an empty text without the file.

    root: the checkout.
    """
    data = computed(root, "benchmarks")
    if data is None:
        return ""
    parts = [machine_words(data["machine"]), summary(data["problems"])]
    parts += ["<p>What was not right, or did not run:</p>", astray(data["problems"])]
    return "".join([*parts, "<p>Every way of every problem:</p>", details(data["problems"])])


def growth_html(root: Path) -> str:
    """What sizes in the same time, then a picture and a table a family; empty without the file.

    root: the checkout.
    """
    data = computed(root, "growth")
    if data is None:
        return ""
    families = data["families"]
    return reach_words(families) + "".join(
        f"<h3>{html.escape(f['family'])}</h3>{growth_picture(f)}{growth_words(f)}" for f in families
    )
