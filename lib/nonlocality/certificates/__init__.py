"""Exact proofs, checked with the standard library alone: this package imports nothing else.

A certificate is a JSON file with the keys "claim" (its id in the ledger), "kind" (which
checker), "proves" (one sentence) and rational data, all numbers as strings. A checker
derives everything from the data again, in integers and fractions, writes the sentence
that follows, and compares: a file whose data, sentence or claim differs in one digit from
what is proved is refused. One module a chapter; ``rational`` reads the data.

``python -m nonlocality.certificates [path …]`` checks files and all files in and below folders,
without a path the folder ``certificates``, where every kind must occur.
"""

import json
from pathlib import Path

from nonlocality.certificates import (
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
)
from nonlocality.certificates.rational import CertificateError, require

__all__ = ["CHECKERS", "CertificateError", "check", "check_text", "main"]

_MODULES = (
    causal_relaxations,
    dual_regions,
    relaxations,
    heard_outcomes,
    macroscopic_locality,
    macroscopic_nonlocality,
    moment_matrices,
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


def check(path: str | Path) -> str:
    """Return the sentence that a certificate proves.

    Raises CertificateError, saying which condition fails.

    >>> check("nothing")
    Traceback (most recent call last):
    ...
    nonlocality.certificates.rational.CertificateError: The file 'nothing' must be readable JSON.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise CertificateError(f"The file {str(path)!r} must be readable JSON.") from None
    return check_text(text, name=f"The file {str(path)!r}")


def check_text(text: str, *, name: str = "The text") -> str:
    """Return the sentence that a certificate's text proves; see :func:`check`."""
    try:
        data = json.loads(text)
    except ValueError:
        raise CertificateError(f"{name} must be readable JSON.") from None
    require(isinstance(data, dict), "A certificate must be a JSON object.")
    kind = str(data.get("kind"))
    require(kind in CHECKERS, f"The kind must be one of {', '.join(CHECKERS)}, but is {kind!r}.")
    claim, checker = CHECKERS[kind]
    require(data.get("claim") == claim, f"The claim must be {claim}, but is {data.get('claim')!r}.")
    try:
        sentence = checker(data)
    except KeyError as error:
        raise CertificateError(f"The certificate must have the key {error}.") from None
    except (AttributeError, TypeError) as error:
        raise CertificateError(f"The certificate is not of the right form: {error}.") from None
    require(data.get("proves") == sentence, f"What is proved is: {sentence}")
    return sentence


def main(*paths: str | Path) -> int:
    """Check certificates, print a line each, return the number of failures.

    paths: files, and folders in and below which all ``*.json`` are checked; by default the folder
    ``certificates``, in which each kind of ``CHECKERS`` must have a file that passes. A path
    that does not exist and a folder without certificates count as one failure each.
    """
    failures, missing = 0, set() if paths else set(CHECKERS)
    for path in map(Path, paths or [DEFAULT_FOLDER]):
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        for file in files:
            try:
                print(f"ok      {file.name}: {check(file)}")
                missing.discard(json.loads(file.read_text(encoding="utf-8"))["kind"])
            except CertificateError as error:
                failures += 1
                print(f"FAILED  {file.name}: {error}")
        if not files:
            failures += 1
            print(f"FAILED  There is no certificate in {str(path)!r}.")
    for kind in sorted(missing):
        failures += 1
        print(f"FAILED  There is no certificate of the kind {kind!r} in {DEFAULT_FOLDER!r}.")
    return failures
