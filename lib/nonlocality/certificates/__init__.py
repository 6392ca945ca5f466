"""Exact proofs, checked with the standard library alone: this package imports nothing else.

A certificate is a JSON file with the keys "claim" (its id in the ledger), "kind" (which
checker), "proves" (one sentence) and rational data, all numbers as strings. A checker
derives everything from the data again, in integers and fractions, writes the sentence
that follows, and compares: a file whose data, sentence or claim differs in one digit from
what is proved is refused. So is one with a key that occurs twice or that the checker does not
read; a sentence holds nothing of a file but its numbers. One module a chapter; ``rational`` reads
the data.

``python -m nonlocality.certificates [path …]`` checks files and all files in and below folders,
without a path the folder ``certificates``, where every kind must occur.
"""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from nonlocality.certificates import (
    almost_quantum,
    causal_relaxations,
    dual_regions,
    exclusive_assemblages,
    heard_outcomes,
    hidden_states,
    local_realism,
    macroscopic_locality,
    macroscopic_nonlocality,
    moment_matrices,
    one_qubit_regions,
    postquantum_steering,
    reading_noise,
    region_averages,
    relaxations,
    singlet_cost,
)
from nonlocality.certificates.rational import CertificateError, read_object, require, unread_key

__all__ = ["CHECKERS", "CertificateError", "check", "check_text", "main"]

_MODULES = (
    causal_relaxations,
    dual_regions,
    relaxations,
    heard_outcomes,
    singlet_cost,
    macroscopic_locality,
    macroscopic_nonlocality,
    moment_matrices,
    almost_quantum,
    postquantum_steering,
    hidden_states,
    exclusive_assemblages,
    local_realism,
    one_qubit_regions,
    reading_noise,
    region_averages,
)
CHECKERS = {kind: checker for chapter in _MODULES for kind, checker in chapter.CHECKERS.items()}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""

DEFAULT_FOLDER = "certificates"
"""Where the certificates are if no path is given."""


LARGEST_FILE = 250_000
"""Most bytes of a certificate."""

LONGEST_LINE = 4000
"""Characters after which a printed line is cut."""


def check(path: str | Path) -> str:
    """Return the sentence that a certificate proves.

    Raises CertificateError, saying which condition fails. Regular files of at most
    :data:`LARGEST_FILE` bytes are read, nothing else is opened.

    >>> check("nothing")
    Traceback (most recent call last):
    ...
    nonlocality.certificates.rational.CertificateError: The file 'nothing' must be readable JSON.
    """
    return _proved(_text(path), name=f"The file {str(path)!r}")[1]


def check_text(text: str, *, name: str = "The text") -> str:
    """Return the sentence that a certificate's text proves; see :func:`check`.

    >>> check_text('{"kind": "guess"}')
    Traceback (most recent call last):
    ...
    nonlocality.certificates.rational.CertificateError: ...
    """
    return _proved(text, name=name)[1]


def _text(path: str | Path) -> str:
    """The text of a file; a pipe or a device is not opened, which might never end."""
    name = f"The file {str(path)!r}"
    try:
        mode = os.stat(path).st_mode
        require(stat.S_ISREG(mode), f"{name} must be a regular file.")
        size = os.stat(path).st_size  # 0 for what the system makes up on the way, which may not end
        require(size <= LARGEST_FILE, f"{name} must not hold more than {LARGEST_FILE} bytes.")
        with open(path, "rb") as file:
            return file.read(size).decode("utf-8")
    except CertificateError:
        raise
    except (OSError, OverflowError, ValueError):  # a number as a path may be too large for one
        raise CertificateError(f"{name} must be readable JSON.") from None


def _proved(text: str, *, name: str) -> tuple[str, str]:
    """The kind, and the sentence that is proved."""
    try:
        data = read_object(text)
    except CertificateError:
        raise
    except ValueError:
        raise CertificateError(f"{name} must be readable JSON.") from None
    try:
        kind = data.get("kind")
        require(
            isinstance(kind, str) and kind in CHECKERS,
            f"The kind must be one of {', '.join(CHECKERS)}, but is {kind!r}.",
        )
        claim, checker = CHECKERS[kind]
        said = data.get("claim")
        require(said == claim, f"The claim must be {claim}, but is {said!r}.")
        sentence = checker(data)
        stated = data.get("proves")
    except CertificateError:
        raise
    except KeyError as error:
        raise CertificateError(f"The certificate must have the key {error}.") from None
    except Exception as error:  # whatever a file makes of a checker, it has proved nothing
        words = f"The certificate is not of the right form: {error or type(error).__name__}."
        raise CertificateError(words) from None
    extra = unread_key(data)
    require(extra is None, f"The kind {kind} must not have the key {extra!r}, which is not read.")
    require(sentence.isprintable(), "A sentence must be one line of letters and signs.")
    require(stated == sentence, f"What is proved is: {sentence}")
    return kind, sentence


def _files(folder: Path) -> list[Path]:
    """All that is named ``*.json`` in and below a folder, sorted; links to folders stay closed.

    A folder that cannot be listed is among them, so that it is told and not passed over.
    """
    found, waiting = [], [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    below = entry.is_dir(follow_symlinks=False)
                    if below:
                        waiting.append(Path(entry.path))
                    if entry.name.endswith(".json"):
                        found.append(Path(entry.path))
        except OSError:
            found.append(here)
    return sorted(set(found))


def _findings(paths: tuple[str | Path, ...]) -> Iterator[tuple[bool, str]]:
    """Whether each check passes, and what to say about it."""
    missing = set() if paths else set(CHECKERS)
    for path in map(Path, paths or [DEFAULT_FOLDER]):
        files = _files(path) if os.path.isdir(path) else [path]
        for file in files:
            try:
                kind, sentence = _proved(_text(file), name=f"The file {str(file)!r}")
                missing.discard(kind)
                yield True, f"{file.name}: {sentence}"
            except CertificateError as error:
                yield False, f"{file.name}: {error}"
        if not files:
            yield False, f"There is no certificate in {str(path)!r}."
    for kind in sorted(missing):
        yield False, f"There is no certificate of the kind {kind!r} in {DEFAULT_FOLDER!r}."


def _say(line: str) -> OSError | None:
    """Print one line in signs that the output can write; return why it could not be written.

    What is not printable, in a file's name as well, is written as an escape.
    """
    if len(line) > LONGEST_LINE:
        line = line[:LONGEST_LINE] + " … (cut)"
    line = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except OSError as error:
        # what is left in the buffer must not be tried again at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return error
    return None


def main(*paths: str | Path) -> int:
    """Check certificates, print a line each, return the number of failures.

    paths: files, and folders in and below which all ``*.json`` are checked; by default the folder
    ``certificates``, in which each kind of ``CHECKERS`` must have a file that passes. A path
    that does not exist and a folder without certificates count as one failure each. If the
    output's reader goes, as with ``| head -1``, the rest is checked in silence; an output that
    fails otherwise, such as a full disk, is a failure.
    """
    failures, broken = 0, None
    for passed, words in _findings(paths):
        failures += not passed
        broken = broken or _say(f"{'ok    ' if passed else 'FAILED'}  {words}")
    if broken and not isinstance(broken, BrokenPipeError):
        failures += 1
        print(f"FAILED  The output could not be written: {broken}.", file=sys.stderr)
    return failures
