"""The map of the front page: how far each set reaches in the plane of biased boxes, as data.

``python -m nonlocality.macroscopic_locality.front_map`` writes ``book/data/map.json`` anew; a test
computes some of its angles again.
"""

import json
from pathlib import Path

import numpy as np

from nonlocality.foundations.sweeps import swept
from nonlocality.macroscopic_locality.slice_planes import slice_biased
from nonlocality.macroscopic_locality.slices import SETS, boundary

STEPS = 96
"""Angles of the map, evenly from 0 to 2π."""

CORNERS = np.array(
    [
        (2 * np.sqrt(2) - 2, np.sqrt(2) - 1),  # no-signalling, all the way to the right
        (1 / np.sqrt(2), 1 / 2),  # where the local set has its roof
        (np.sqrt(2) - 1, 1 / np.sqrt(2)),  # where level 1 leaves S = 2√2
        (1 - 1 / np.sqrt(2), -1 / 2),  # where the local set has its floor
    ]
)
"""Corners (bias, S/4) on the right; they are drawn too, so that no corner is cut."""


def map_of_sets(steps: int = STEPS) -> dict[str, list[list[float]]]:
    """Points (bias, S/4) on the border of each of the sets, to 4 decimals, once around.

    The plane is that of :func:`~nonlocality.macroscopic_locality.slice_planes.slice_biased`. The
    line of the quantum set is a bound from inside.
    steps: number of angles, a positive integer; those of the :data:`CORNERS` are added.

    >>> sets = map_of_sets(4)
    >>> [0.4142, 0.7071] in sets["level 1"], [0.0, 1.0] in sets["no-signalling"]
    (True, True)
    """
    right = np.arctan2(CORNERS[:, 1], CORNERS[:, 0])
    even = 2 * np.pi * np.arange(steps) / steps
    turns = np.unique(np.concatenate([even, right, np.pi - right]) % (2 * np.pi))
    points = [{"name": name, "angles": turns.tolist()} for name in SETS]
    return dict(zip(SETS, swept(_outline, points), strict=True))


def _outline(name: str, angles: list[float]) -> np.ndarray:
    """The points of one set; its angles share what is found on the way."""
    return boundary(slice_biased(), name, angles=angles).points.round(4) + 0.0


if __name__ == "__main__":
    path = Path(__file__).parents[3] / "book" / "data" / "map.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(map_of_sets()) + "\n", encoding="utf-8")
