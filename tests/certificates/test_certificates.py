import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from helpers import passes

from nonlocality.causal_relaxations.ghz import ghz_model, ghz_witness
from nonlocality.causal_relaxations.mutual_information import link_strength
from nonlocality.certificates import (
    CHECKERS,
    CertificateError,
    causal_relaxations,
    check,
    main,
    rational,
)
from nonlocality.certificates.rational import number
from nonlocality.foundations.cglmp import quantum_links

FOLDER = Path(__file__).parents[2] / "certificates"
QUTRIT, GHZ, CURVE = (
    FOLDER / "causal_relaxations" / f"{name}.json"
    for name in ("qutrit-information", "ghz-dependence", "influence-i3322")
)
DIGITS = 150
"""So many digits of a file are changed, each in turn; a smaller file has fewer: all of them."""
EACH = pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.json")), ids=lambda path: path.stem)


@EACH
def test_certificate_holds(path):
    data = json.loads(path.read_text(encoding="utf-8"))
    assert check(path) == data["proves"]
    assert data["claim"] == CHECKERS[data["kind"]][0]


@EACH
def test_a_change_of_a_digit_is_refused(path):
    """Each digit of a small file, a sample of a large one; to another drawn with a seed."""
    text = path.read_text(encoding="utf-8")
    places = [i for i, letter in enumerate(text) if letter in "0123456789"]
    assert len(places) > 5
    rng = np.random.default_rng(0)
    places = sorted(rng.choice(places, size=min(DIGITS, len(places)), replace=False))
    steps = rng.integers(1, 10, size=len(places))
    changed = [(i, str((int(text[i]) + int(s)) % 10)) for i, s in zip(places, steps, strict=True)]
    believed = [(i, digit) for i, digit in changed if passes(text[:i] + digit + text[i + 1 :])]
    assert believed == []


@EACH
def test_a_missing_or_malformed_entry_is_refused(path, write):
    data = json.loads(path.read_text(encoding="utf-8"))
    for key in data:
        text = json.dumps({k: v for k, v in data.items() if k != key})
        with pytest.raises(CertificateError):
            check(write(path, text))
        for wrong in (None, 1, "x", "1/0", [], ["1", "1", None], {}, {"1": 2}, [["1"]]):
            with pytest.raises(CertificateError):
                check(write(path, **{key: wrong}))


def test_qutrit_certificate_is_about_the_behaviour_of_the_library():
    data = json.loads(QUTRIT.read_text(encoding="utf-8"))
    schmidt = np.array(data["schmidt"], dtype=float)
    links = quantum_links(schmidt / np.linalg.norm(schmidt))
    intervals = causal_relaxations._qutrit_links([number(a) for a in data["schmidt"]])
    for value, (low, high) in zip(links, intervals, strict=True):
        assert float(low) - 1e-15 <= value <= float(high) + 1e-15
    assert link_strength(links).least.lower > float(data["bits"]) == 0.0663


def test_qutrit_bound_is_rounded_to_the_safe_side():
    """What the witness gives in truth is the limit: a hair more is refused, 0.001 less is not."""
    data = json.loads(QUTRIT.read_text(encoding="utf-8"))
    schmidt = np.array(data["schmidt"], dtype=float)
    links = quantum_links(schmidt / np.linalg.norm(schmidt))
    value = links @ np.log2([float(number(f)) for f in data["witness"]])
    assert "needs" in causal_relaxations.qutrit_information(data | {"bits": f"{value - 1e-3:.7f}"})
    for excess in (1e-6, 1e-5, 5e-5, 1e-4, 2e-4):
        with pytest.raises(CertificateError, match="must exceed"):
            causal_relaxations.qutrit_information(data | {"bits": f"{value + excess:.7f}"})


def test_root_of_three_is_enclosed(monkeypatch):
    low, high = causal_relaxations.ROOT_THREE
    for wrong in ((low, low), (high, high)):
        monkeypatch.setattr(causal_relaxations, "ROOT_THREE", wrong)
        with pytest.raises(CertificateError, match="must enclose √3"):
            check(QUTRIT)


def test_ghz_certificate_is_about_the_model_of_the_library():
    data = json.loads(GHZ.read_text(encoding="utf-8"))
    model = ghz_model()
    strategies = {
        "".join(str(f[k, x]) for f in model.responses for x in (0, 1))
        for k in range(model.joint.shape[-1])
    }
    assert set(data["model"]) == strategies
    bets = {float(number(value)) for value in data["bet"].values()}
    assert bets == {float(f) for f in np.unique(ghz_witness())}


@pytest.mark.parametrize(
    ("path", "changes", "words"),
    [
        (QUTRIT, {"bits": "0.078"}, "must exceed 39/500 bits"),
        (QUTRIT, {"bits": "0.0662"}, "What is proved is: .* 0.0662 bits"),
        (QUTRIT, {"schmidt": ["1", "1", "1"], "bits": "0.072"}, "must exceed"),
        (QUTRIT, {"schmidt": ["0", "0", "0"]}, "state must not vanish"),
        (QUTRIT, {"schmidt": ["8", "5", "1/2"]}, "must be integers"),
        (QUTRIT, {"witness": ["6/5", "4/5", "0"]}, "must be positive"),
        (QUTRIT, {"witness": ["6/5", "4/5", "1/2"]}, "must not gain"),
        (QUTRIT, {"witness": ["6/5", "4/5", "1/5"]}, r"tight multisets must be \['0011'\]"),
        (QUTRIT, {"claim": "CR-09"}, "claim must be CR-08, but is 'CR-09'"),
        (QUTRIT, {"kind": "word"}, "kind must be one of "),
        (CURVE, {"lines": []}, "One line is needed"),
        (CURVE, {"points": []}, "A curve needs two points"),
        (QUTRIT, {"bits": "100000000"}, "bits must lie between 0 and 2"),
        (QUTRIT, {"bits": "-1"}, "bits must lie between 0 and 2"),
        (GHZ, {"bet": {"right": "3/2", "wrong": "0", "off": "1"}}, "bet must not gain on"),
        (GHZ, {"bet": {"right": "4/3", "wrong": "-1", "off": "1"}}, "bet must not be neg"),
        (GHZ, {"bet": {"right": "1", "wrong": "1", "off": "1"}}, "must reproduce p at"),
        (GHZ, {"score": {"right": "2", "wrong": "-3/4", "off": "-3/4"}}, "range of 2"),
        (GHZ, {"score": {"right": "5/4", "wrong": "0", "off": "-3/4"}}, "score must not gain"),
        (GHZ, {"score": {"right": "1", "wrong": "-3/4", "off": "-3/4"}}, "I and the M of the b"),
        (GHZ, {"score": {"right": "5/4", "off": "-3/4"}}, "must have the keys right, wrong, off"),
        (GHZ, {"model": {"000001": "1"}}, "must reproduce p at"),
        (GHZ, {"model": {}}, "must have weights"),
        (GHZ, {"model": {"0000001": "1"}}, "must have keys among"),
        (GHZ, {"information": {"4/3": "1/3"}}, "key `information` must be"),
        (GHZ, {"dependence": "1/5"}, "key `dependence` must be 1/4"),
    ],
)
def test_the_failing_condition_is_named(write, path, changes, words):
    with pytest.raises(CertificateError, match=words):
        check(write(path, **changes))


def test_files_that_are_no_certificates(tmp_path):
    path = tmp_path / "no.json"
    with pytest.raises(CertificateError, match="must be readable JSON"):
        check(path)
    for text, words in (("{", "readable JSON"), ("[]", "must be a JSON object")):
        path.write_text(text)
        with pytest.raises(CertificateError, match=words):
            check(path)


def test_folder(tmp_path, write, capsys):
    assert main(tmp_path) == 1
    assert "There is no certificate" in capsys.readouterr().out
    (tmp_path / QUTRIT.name).write_bytes(QUTRIT.read_bytes())
    assert main(tmp_path) == 0
    assert capsys.readouterr().out == f"ok      {QUTRIT.name}: {check(QUTRIT)}\n"
    write(GHZ, claim="CR-08")
    assert main(tmp_path) == 1
    assert "FAILED  ghz-dependence.json: The claim must be CR-09" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "value"), [("-4/3", Fraction(-4, 3)), ("0.0663", Fraction(663, 10**4)), ("7", 7)]
)
def test_numbers(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    ["1e3", "1E-3", "1e999999999", "+1", " 1", "1\n", "1_0", ".5", "5.", "1/2.0", "1/-2", "1/0",
     "١", "nan", "inf", "", 1, 1.5, None],
)  # fmt: skip
def test_what_is_no_number(text):
    with pytest.raises(CertificateError, match="A number must be a string like '4/3', but one is"):
        number(text)


def test_several_paths(tmp_path, capsys):
    assert main(QUTRIT, GHZ) == 0
    assert [line[:7] for line in capsys.readouterr().out.splitlines()] == ["ok     "] * 2
    assert main(FOLDER, QUTRIT) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(list(FOLDER.rglob("*.json"))) + 1
    assert main(GHZ, tmp_path, "--fast", tmp_path / "no.json") == 3
    shown = capsys.readouterr().out
    assert "FAILED  --fast: The file '--fast' must be readable JSON" in shown
    assert "There is no certificate in" in shown


def test_the_default_folder_holds_every_kind(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "certificates"
    folder.mkdir()
    assert main() == 1 + len(CHECKERS)
    for path in FOLDER.rglob("*.json"):
        if path != CURVE:
            (folder / path.name).write_bytes(path.read_bytes())
    capsys.readouterr()
    assert main() == 1
    assert "no certificate of the kind 'influence-curve' in 'certi" in capsys.readouterr().out
    (folder / CURVE.name).write_bytes(CURVE.read_bytes())
    assert main() == 0


def test_command_needs_the_standard_library_only(tmp_path, write):
    """Isolated, without site-packages; the exit code tells."""
    start = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    start += "runpy.run_module('nonlocality.certificates', run_name='__main__')"
    library = str(Path(rational.__file__).parents[2])
    command = [sys.executable, "-I", "-S", "-c", start, library, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    write(GHZ)
    run = subprocess.run(command, capture_output=True, check=False)
    assert (run.returncode, run.stdout.decode()[:7]) == (0, "ok     ")
    write(QUTRIT, bits="0.0673")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_command_as_a_module(tmp_path, write):
    write(QUTRIT)
    command = [sys.executable, "-m", "nonlocality.certificates", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
