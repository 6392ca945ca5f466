"""The front page: the map of the sets with a point to drag, the book's score, a card a chapter.

The map is drawn from ``book/data/map.json``; without scripts it stands still. The same map, small,
stands at the head of each chapter and says where in it the chapter plays.
"""

import html
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nonlocality.book.figures import Page
from nonlocality.book.ledger import _book_folder

WIDTH, HEIGHT = 590, 512
CENTRE, SCALE = (280, 268), (270, 250)
"""Where (bias, S/4) = (0, 0) is drawn, and how many pixels a unit is."""

SETS = ("no-signalling", "level 1", "quantum", "local")
"""Drawn one over the other, from outside to inside."""

START = (0.3, 2.8)
"""Where the point of the large map is before anybody moves it: bias and S."""


@dataclass(frozen=True)
class Card:
    """A chapter on the front page.

    place: where on the map it plays, as a word and as a point (bias, S/4), None if no map of
    tables shows it. question and answer: a sentence each.
    """

    chapter: str
    title: str
    place: str
    point: tuple[float, float] | None
    question: str
    answer: str


CARDS = (
    Card(
        "causal-relaxations",
        "Causal relaxations",
        "outside the green set: what does it cost?",
        (0.25, 0.6),
        "How much must a classical story cheat?",
        "A violation of CHSH is an amount of influence, of messages, of lost freedom. Hearing the "
        "outcome costs twice what the paper prints.",
    ),
    Card(
        "macroscopic-locality",
        "Macroscopic locality",
        "the purple roof",
        (0.33, 0.7),
        "Seen from afar, is the world classical?",
        "If beams must look classical, Tsirelson's bound follows, from one positive matrix. What "
        "else it allows is small, and tends to nothing as detectors multiply.",
    ),
    Card(
        "postquantum-steering",
        "Postquantum steering",
        "invisible on any map of tables",
        None,
        "Can a state be too strange for quantum theory, and no table show it?",
        "Yes. Here is an example in integers, with a proof of two lines.",
    ),
    Card(
        "macroscopic-nonlocality",
        "Macroscopic nonlocality",
        "just above the green line",
        (0.0, 0.5033),
        "Do a million particles, read coarsely, still violate Bell?",
        "For entangled sources, yes, at a resolution of √N; and at no coarser one, whatever the "
        "state.",
    ),
    Card(
        "local-realism",
        "Local realism of magnets",
        "pulled inside the green set",
        (0.0, 0.25),
        "Why does no magnet violate a Bell inequality?",
        "Correlations are monogamous: what all pairs must share is too weak. Averages are local; "
        "what is recorded outcome by outcome need not be.",
    ),
    Card(
        "experiments",
        "Experiments",
        "in the corner where all sets meet",
        (0.7, 0.505),
        "What would each loophole-free experiment cost a classical conspiracy?",
        "Four tables of counts of 2015 and 2016, and the report that your own table gets.",
    ),
)
"""The five papers in the order of the chapters, and the chapter on data."""


def map_data() -> dict[str, list[list[float]]]:
    """Points (bias, S/4) around each set."""
    return json.loads((_book_folder(Path.cwd()) / "data" / "map.json").read_text(encoding="utf-8"))


def _pixel(point: Sequence[float]) -> tuple[float, float]:
    """Where a point (bias, S/4) is drawn."""
    return CENTRE[0] + SCALE[0] * point[0], CENTRE[1] - SCALE[1] * point[1]


def _shapes(data: Mapping[str, Iterable[Sequence[float]]]) -> str:
    """The sets, filled, one over the other."""
    shapes = []
    for name in SETS:
        line = " ".join("{:.1f},{:.1f}".format(*_pixel(point)) for point in data[name])
        shapes.append(f'<polygon class="nl-set-{name.replace(" ", "-")}" points="{line}"/>')
    return "".join(shapes)


def _words(x: float, y: float, words: str, kind: str, anchor: str = "middle") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" class="nl-word-{kind}">{words}</text>'


def map_svg(data: Mapping[str, Iterable[Sequence[float]]]) -> str:
    """The large map: sets with their names, S = 2, 2√2 and 4, the point to drag."""
    two, tsirelson = _pixel((0, 0.5))[1], _pixel((0, 8**0.5 / 4))[1]
    marks = "".join(
        f'<path class="nl-mark" d="M{start},{y:.1f} H{end}"/>'
        + _words(6, y + 4, words, "mark", "start")
        for y, words, start, end in ((two, "S = 2", 52, 88), (tsirelson, "S = 2√2", 72, 165))
    )
    names = (
        _words(280, 268, "local: a common plan", "local")
        + _words(280, 127, "quantum", "quantum")
        + _words(280, 62, "no signals", "no-signalling")
        + _words(300, 14, "PR box, S = 4", "no-signalling", "start")
        + _words(455, 58, "macroscopically", "level-1", "start")
        + _words(455, 76, "local", "level-1", "start")
        + '<path class="nl-lead" d="M450,70 L398,94"/>'
    )
    x, y = _pixel((START[0], START[1] / 4))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Map of the sets of '
        "correlations, one inside the other: local, quantum, macroscopically local, no-signalling. "
        'Upwards the CHSH value S, sideways how biased an outcome is.">'
        f"{_shapes(data)}{marks}{names}"
        f'<circle class="nl-point" r="10" cx="{x:.1f}" cy="{y:.1f}"/></svg>'
    )


def small_map(chapter: str) -> Page:
    """The map at the head of a chapter, with a point: you are here.

    Raises ValueError for a chapter that has no card.
    """
    cards = {card.chapter: card for card in CARDS}
    if chapter not in cards:
        raise ValueError(f"Argument `chapter` must be one of {sorted(cards)}, but is {chapter!r}.")
    card = cards[chapter]
    here = ""
    if card.point is not None:
        x, y = _pixel(card.point)
        here = f'<circle class="nl-point" r="20" cx="{x:.1f}" cy="{y:.1f}"/>'
    label = html.escape(f"Where this chapter is on the map of correlations: {card.place}.")
    return Page(
        f'<figure class="nl-here"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{label}">{_shapes(map_data())}{here}</svg>'
        f"<figcaption>You are here: {html.escape(card.place)}.</figcaption></figure>"
    )


def _score(rows: Sequence[Mapping], certificates: int) -> str:
    """The ledger's score, counted when the book is built."""
    verdicts = Counter(row["verdict"] for row in rows)
    numbers = [
        (len(rows), "claims checked"),
        (verdicts["reproduced"], "reproduced"),
        (verdicts["corrected"], "corrected"),
        (verdicts["extended"], "carried further"),
        (verdicts["not reproduced"], "not reproduced"),
        (certificates, "proofs as files"),
    ]
    items = "".join(f"<li><b>{n}</b>{words}</li>" for n, words in numbers if n)
    return f'<ul class="nl-count">{items}</ul>'


def _card(number: int, card: Card, rows: Sequence[Mapping]) -> str:
    """A chapter's card."""
    own = [row for row in rows if row["chapter"].partition("#")[0] == card.chapter]
    corrected = sum(row["verdict"] == "corrected" for row in own)
    words = f"{len(own)} claims" + (f" · {corrected} corrected" if corrected else "")
    return (
        f'<a class="nl-card" href="notebooks/{card.chapter}.html">'
        f"<small>{number} · {html.escape(card.place)}</small>"
        f"<strong>{html.escape(card.title)}</strong>"
        f"<em>{html.escape(card.question)}</em><span>{html.escape(card.answer)}</span>"
        f"<small>{words}</small></a>"
    )


def _say() -> str:
    """The sentences of the map, one a region; the script shows that of the point."""
    regions = {
        "local": (
            "Local.",
            "A plan made beforehand explains everything.",
            "local-realism",
            "why magnets are here",
        ),
        "quantum": (
            "Quantum, not local.",
            "No plan does this; entangled qubits do.",
            "causal-relaxations",
            "what a classical story would cost",
        ),
        "level 1": (
            "Not quantum, yet macroscopically local.",
            "No state does this, but a beam of such pairs looks classical.",
            "macroscopic-locality",
            "what beams show",
        ),
        "no-signalling": (
            "Not even macroscopically local.",
            "Nothing signals, but beams would violate a Bell inequality to the naked eye.",
            "macroscopic-locality",
            "why nature might forbid it",
        ),
        "": (
            "No behaviour at all.",
            "A probability would be negative.",
            "primer",
            "what a behaviour is",
        ),
    }
    lines = [
        f'<span data-region="{region}"{"" if region == "level 1" else " hidden"}>'
        f"<b>{name}</b> <output>S = {START[1]:.2f}.</output> {words} "
        f'<a href="notebooks/{chapter}.html">{link}</a>.</span>'
        for region, (name, words, chapter, link) in regions.items()
    ]
    return f'<p class="nl-say" aria-live="polite">{"".join(lines)}</p>'


def front_page(rows: Sequence[Mapping], *, certificates: int) -> str:
    """All of the front page below its title.

    rows: of the ledger, each with "verdict" and "chapter". certificates: how many files there are.
    """
    data = map_data()
    borders = html.escape(json.dumps(data, separators=(",", ":")), quote=True)
    cards = "".join(_card(k, card, rows) for k, card in enumerate(CARDS, 1))
    return (
        '<div class="nl-front"><p><b>Nonlocality, Recomputed</b>: five papers on the edge of '
        "quantum theory, with every number recomputed, set beside the printed one, and proved "
        "where it can be.</p>"
        f'<div class="nl-map" data-borders="{borders}" data-centre="{list(CENTRE)}" '
        f'data-scale="{list(SCALE)}">{map_svg(data)}{_say()}'
        '<div class="nl-map-controls"><label for="map-bias">bias</label>'
        '<input type="range" id="map-bias" min="-1" max="1" step="0.01" '
        f'value="{START[0]}">'
        '<label for="map-s">S</label>'
        '<input type="range" id="map-s" min="-4" max="4" step="0.02" '
        f'value="{START[1]}"></div>'
        '<p class="nl-hint">Drag the point, or use the sliders. Upwards: the CHSH value S. '
        "Sideways: how biased Alice's first outcome is.</p></div><div>"
        "<p>Two people who share particles and may not talk can agree more than any common plan "
        "allows: the blue rim lies above the green roof. Less than the rule against signals would "
        "permit: it stays below the orange tip. Why there?</p>"
        f"{_score(rows, certificates)}"
        '<p class="nl-ways"><a class="nl-first" href="notebooks/primer.html">Start reading</a>'
        '<a href="book/results.html">What was wrong, what is new</a>'
        '<a href="book/run.html">Run it</a></p></div></div>'
        f'<div class="nl-cards">{cards}</div>'
        '<script defer src="_static/map.js"></script>'
    )
