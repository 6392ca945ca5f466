"""Lists beside the ledger: slips of the papers, what is covered, what is open.

``book/errata.toml``, ``book/coverage.toml`` and ``book/open-questions.toml`` are read here and
checked against the ledger; :mod:`nonlocality.book.result_pages` shows them.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

NOT_CONTACTED = "not contacted"
STATES = ("answered: yes", "answered: no", "partly answered", "numeric", "conjectured", "open")
"""What may be known of a question."""


@dataclass(frozen=True)
class Slip:
    """One slip of a paper.

    paper: letters of its claims. where: equation, figure or page. printed, holds: what stands
    there, and what should. found: how it was found and decided. copy: whether the slip could
    come from the copy of the text that we read. claim: the id of the claim whose box decides
    it, or "" if it stands in prose, at link (a page with its anchor). matters: what depends on it.
    authors_told: when and how, or that they were not contacted.
    """

    paper: str
    where: str
    printed: str
    holds: str
    found: str
    copy: str
    claim: str = ""
    link: str = ""
    matters: str = ""
    authors_told: str = NOT_CONTACTED


@dataclass(frozen=True)
class Covered:
    """A numbered statement, figure or table of a paper: the claims that cover it, or why none.

    part: where in the paper. what: in a few words. gap: one phrase, if no claim covers it.
    planned: ids of claims that will cover it; they do as soon as the ledger has one of them.
    """

    part: str
    what: str
    claims: tuple[str, ...] = ()
    gap: str = ""
    planned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """An open question: who asked it, what is known now, and how sure that is.

    asked_by: letters of a paper, or "book". state: one of :data:`STATES`.
    """

    asked_by: str
    where: str
    question: str
    known: str
    state: str
    claims: tuple[str, ...] = ()


def _read(path: Path, key: str) -> list | dict:
    return tomllib.loads(Path(path).read_text(encoding="utf-8"))[key]


def _made(kind: type, entry: Mapping, name: str) -> object:
    try:
        return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()})
    except TypeError as error:
        raise ValueError(f"{name}: the entry {str(error).partition('() ')[2]}.") from None


def _known(ids: Iterable[str], claims: Iterable[str], name: str) -> None:
    if missing := sorted(set(ids) - set(claims)):
        raise ValueError(f"{name}: {', '.join(missing)} must be in the ledger, but is not.")


def read_errata(path: Path, claims: Iterable[str]) -> list[Slip]:
    """The slips of ``errata.toml``, in the file's order.

    Raises ValueError for an entry that says too little, or names a claim that is not there.
    """
    slips = [_made(Slip, entry, f"errata, entry {k}") for k, entry in
             enumerate(_read(path, "errata"), 1)]  # fmt: skip
    for k, slip in enumerate(slips, 1):
        name = f"errata, entry {k} ({slip.paper}, {slip.where})"
        _known([slip.claim] if slip.claim else [], claims, name)
        if not (slip.claim or slip.link):
            raise ValueError(f"{name}: must have a claim or a link to where it is decided.")
        for field in ("printed", "holds", "found", "copy"):
            if not getattr(slip, field).strip():
                raise ValueError(f"{name}: `{field}` must say something.")
    return slips


def read_coverage(path: Path, claims: Iterable[str]) -> dict[str, list[Covered]]:
    """For each paper its statements with the claims that cover them, or the reason why none.

    Raises ValueError for an entry with neither or both, and for a claim that is not there.
    """
    found = {
        paper: [_made(Covered, entry, f"coverage, {paper}") for entry in entries]
        for paper, entries in _read(path, "coverage").items()
    }
    for paper, entries in found.items():
        for entry in entries:
            name = f"coverage, {paper}, {entry.part}"
            _known(entry.claims, claims, name)
            if [bool(entry.claims), bool(entry.gap), bool(entry.planned)].count(True) != 1:
                raise ValueError(f"{name}: must have claims, or a gap, or planned claims.")
    return {paper: [_arrived(e, claims) for e in entries] for paper, entries in found.items()}


def _arrived(entry: Covered, claims: Iterable[str]) -> Covered:
    """Planned claims that the ledger has become claims, else a gap."""
    if not entry.planned:
        return entry
    there = tuple(key for key in entry.planned if key in claims)
    return replace(entry, claims=there, gap="" if there else "not yet recomputed here")


def read_questions(path: Path, claims: Iterable[str]) -> list[Question]:
    """The questions of ``open-questions.toml``.

    Raises ValueError for an unknown state, or a claim that is not there.
    """
    questions = [_made(Question, entry, f"open questions, entry {k}") for k, entry in
                 enumerate(_read(path, "questions"), 1)]  # fmt: skip
    for k, question in enumerate(questions, 1):
        name = f"open questions, entry {k}"
        _known(question.claims, claims, name)
        if question.state not in STATES:
            raise ValueError(f"{name}: `state` must be one of {STATES}, not {question.state!r}.")
    return questions
