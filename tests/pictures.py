"""Readers of pictures apart from the library's own: where paths go and where letters stand."""

import re

import numpy as np

from nonlocality.book.figures import subplots, svg

STEPS = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "T": 2, "C": 6, "S": 4, "Z": 0}
TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")


def places(data):
    """The points of a path, absolute, with the letter of their command: a reader of its own."""
    tokens, found, k, letter = TOKEN.findall(data), [], 0, ""
    here = start = np.zeros(2)
    while k < len(tokens):
        if tokens[k].isalpha():
            letter, k = tokens[k], k + 1
        elif letter in "mM":
            letter = "l" if letter == "m" else "L"
        size = STEPS[letter.upper()]
        numbers = np.array([float(token) for token in tokens[k : k + size]])
        k += size
        by = here if letter.islower() else np.zeros(2)
        if letter in "zZ":
            here = start
        elif letter in "hH":
            here = np.array([by[0] + numbers[0], here[1]])
        elif letter in "vV":
            here = np.array([here[0], by[1] + numbers[0]])
        else:
            points = numbers.reshape(-1, 2) + by
            found += [("control", *point) for point in points[:-1]]
            here = points[-1]
        if letter in "mM":
            start = here
        found.append(("zm"[letter in "mM"] if letter in "zZmM" else "to", *here))
    return found


def leaves(node, at=(0.0, 0.0, 1.0)):
    """Where each letter of a tree of groups stands, and how large."""
    x, y, size = at
    for name, inner in re.findall(r"(translate|scale)\(([^)]*)\)", node.get("transform", "")):
        values = [float(v) for v in re.findall(r"-?[\d.]+(?:e-?\d+)?", inner)]
        if name == "translate":
            x, y = x + size * values[0], y + size * values[1]
        else:
            size *= values[0]
    if node.tag == "use":
        yield (
            node.get("href"),
            x + size * float(node.get("x", 0)),
            y + size * float(node.get("y", 0)),
            size,
        )
    for child in node:
        yield from leaves(child, (x, y, size))


def drawing(slope):
    figure, axes = subplots()
    axes.plot([0, 1, 2], [0, slope, 1], "o-", label="a line")
    axes.fill_between([0, 1, 2], 0, [0, slope, 1], alpha=0.3, hatch="/")
    axes.set(title=r"Title $x^2$", xlabel="x", ylabel="y")
    axes.legend()
    return svg(figure, alt="A line that rises and falls.")
