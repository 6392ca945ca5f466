"""Pictures that a hand moves: four directions on a circle, a game to play.

They are closed forms, so a script of the book's own computes them in the page; sliders and
buttons beside them serve keys. Without scripts the default picture stands.
"""

from math import cos, pi, sin

from nonlocality.book.figures import Page, in_book

ANGLES = {"A0": 0.0, "A1": 90.0, "B0": 45.0, "B1": -45.0}
"""Directions of the best test, in degrees: CHSH is 2√2 there."""

_RADIUS, _CENTRE = 105, 130


def _script() -> str:
    return '<script defer src="../_static/hands.js"></script>' if in_book() else ""


def correlators(angles: dict[str, float]) -> dict[str, float]:
    """E_xy = cos(a_x − b_y) of the state |00⟩ + |11⟩, directions in degrees.

    >>> round(sum(correlators(ANGLES).values()) - 2 * correlators(ANGLES)["E11"], 6)
    2.828427
    """
    return {
        f"E{x}{y}": cos((angles[f"A{x}"] - angles[f"B{y}"]) * pi / 180)
        for x in (0, 1)
        for y in (0, 1)
    }


def _arrow(name: str, degrees: float) -> str:
    """A direction of the circle, with its name at its tip."""
    x, y = cos(degrees * pi / 180), -sin(degrees * pi / 180)
    tip = _CENTRE + _RADIUS * x, _CENTRE + _RADIUS * y
    word = _CENTRE + 1.17 * _RADIUS * x, _CENTRE + 1.17 * _RADIUS * y + 5
    party = "alice" if name[0] == "A" else "bob"
    return (
        f'<g class="nl-arrow nl-{party}" data-name="{name}">'
        f'<line x1="{_CENTRE}" y1="{_CENTRE}" x2="{tip[0]:.1f}" y2="{tip[1]:.1f}"/>'
        f'<circle r="9" cx="{tip[0]:.1f}" cy="{tip[1]:.1f}"/>'
        f'<text x="{word[0]:.1f}" y="{word[1]:.1f}" text-anchor="middle">{name}</text></g>'
    )


def _bar(place: int, name: str, value: float) -> str:
    """A correlator as a bar about zero."""
    x, height = 20 + 55 * place, 70 * abs(value)
    top = 100 - height if value > 0 else 100
    return (
        f'<g data-name="{name}"><rect x="{x}" y="{top:.1f}" width="34" height="{height:.1f}"/>'
        f'<text x="{x + 17}" y="196" text-anchor="middle">{name}</text></g>'
    )


def _scale(s: float) -> str:
    """S on a line from 0 to 4, with what bounds it."""
    marks = "".join(
        f'<path d="M{20 + 50 * value:.1f},30 v12"/>'
        f'<text x="{20 + 50 * value:.1f}" y="58" text-anchor="middle">{words}</text>'
        for value, words in ((0, "0"), (2, "2"), (8**0.5, "2√2"), (4, "4"))
    )
    return (
        f'<path d="M20,36 H220"/>{marks}'
        f'<circle class="nl-point" r="8" cx="{20 + 50 * abs(s):.1f}" cy="36"/>'
    )


def chsh_by_hand() -> Page:
    """Four directions to turn, the four correlators as bars, and S between 2, 2√2 and 4."""
    values = correlators(ANGLES)
    s = sum(values.values()) - 2 * values["E11"]
    arrows = "".join(_arrow(name, degrees) for name, degrees in ANGLES.items())
    bars = "".join(_bar(k, name, value) for k, (name, value) in enumerate(values.items()))
    sliders = "".join(
        f'<label for="hand-{name}">{name}</label><input type="range" id="hand-{name}" '
        f'data-name="{name}" min="-180" max="180" step="1" value="{degrees:.0f}">'
        f'<output for="hand-{name}">{degrees:.0f}°</output>'
        for name, degrees in ANGLES.items()
    )
    return Page(
        '<figure class="nl-hand nl-chsh"><div class="nl-hand-pictures">'
        '<svg class="nl-circle" viewBox="0 0 260 260" role="img" aria-label="Four directions '
        "of measurement on a circle: two of Alice's, two of Bob's. Drag a tip, or use the sliders."
        f'"><circle class="nl-rim" r="{_RADIUS}" cx="{_CENTRE}" cy="{_CENTRE}"/>{arrows}</svg>'
        '<svg class="nl-bars" viewBox="0 0 240 205" role="img" aria-label="The four correlators '
        'as bars between −1 and 1."><path class="nl-zero" d="M10,100 H230"/>'
        f"{bars}</svg>"
        f'<svg class="nl-scale" viewBox="0 0 240 66" role="img" aria-label="S on a line from 0 '
        f'to 4, with the local bound 2 and the quantum bound 2√2.">{_scale(s)}</svg></div>'
        f'<div class="nl-controls">{sliders}</div>'
        f'<figcaption aria-live="polite">S = E00 + E01 + E10 − E11 = <b>{s:.3f}</b>: '
        "<span>beyond every plan made beforehand, and as far as quantum theory goes.</span>"
        f"</figcaption>{_script()}</figure>"
    )


def game() -> Page:
    """The CHSH game against a plan, a quantum pair or a PR box, with score and error bar."""
    buttons = "".join(
        f'<button data-rounds="{n}">{words}</button>'
        for n, words in ((1, "1 round"), (100, "100 rounds"), (10000, "10000 rounds"))
    )
    return Page(
        '<figure class="nl-hand nl-game"><p>Who answers? <select aria-label="Who answers">'
        '<option value="0.75">a plan made beforehand</option>'
        '<option value="0.8535533905932737" selected>a quantum pair</option>'
        f'<option value="1">a PR box</option></select> {buttons}'
        ' <button data-rounds="0">start again</button></p>'
        '<svg viewBox="0 0 420 80" role="img" aria-label="Share of rounds won, on a line from '
        'one half to 1, with its error bar; marks at 3/4 and at 0.854.">'
        '<path d="M20,34 H400"/><path d="M210,26 v16"/><text x="210" y="62" '
        'text-anchor="middle">3/4: plans</text><path d="M288.7,26 v16"/><text x="288.7" y="16" '
        'text-anchor="middle">0.854: quantum</text><path d="M400,26 v16"/><text x="400" y="62" '
        'text-anchor="end">1: PR box</text><text x="20" y="62">1/2</text>'
        '<line class="nl-error" x1="20" x2="20" y1="34" y2="34"/>'
        '<circle class="nl-point" r="8" cx="20" cy="34" visibility="hidden"/></svg>'
        '<figcaption aria-live="polite">No round played yet.</figcaption>'
        f"{_script()}</figure>"
    )
