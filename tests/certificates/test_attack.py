"""The checker under attack: whatever a file holds, it ends, says one line and never a false ok."""

import io
import json
import os
import subprocess
import sys
from copy import deepcopy
from fractions import Fraction
from pathlib import Path

import pytest

from nonlocality import certificates
from nonlocality.certificates import CHECKERS, CertificateError, check, check_text, main
from nonlocality.certificates.postquantum_steering import require_positive
from nonlocality.certificates.rational import LONGEST_NUMBER, Entries, number

FALSE = Path(__file__).parent / "data" / "false"
FOLDER = Path(__file__).parents[2] / "certificates"
ALL = sorted(FOLDER.rglob("*.json"))
EACH = pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
GOOD = FOLDER / "causal_relaxations" / "ghz-dependence.json"
LIE = "P = NP\x1b[2K\nok      every.json: all is proved"


def content(path):
    return json.loads(path.read_text(encoding="utf-8"))


def places(data, path=(), ends=True):
    """Where strings stand: all in objects, the first and the last in lists (or all of these)."""
    if isinstance(data, str):
        yield path
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*path, key), ends)
    else:
        for k in sorted({0, len(data) - 1}) if ends and data else range(len(data)):
            yield from places(data[k], (*path, k), ends)


def objects(data, path=()):
    """Where objects stand, in lists the first and the last."""
    if isinstance(data, dict):
        yield path
        for key, value in data.items():
            yield from objects(value, (*path, key))
    elif isinstance(data, list):
        for k in sorted({0, len(data) - 1}) if data else ():
            yield from objects(data[k], (*path, k))


def at(data, path):
    for step in path:
        data = data[step]
    return data


# False certificates that once passed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("influence-one-point", "A curve needs two points"),
        ("influence-falling-line", "A line must not fall, but has the slope -2/19"),
        ("steering-not-table1", r"must not have the key 'name'"),
        ("steering-any-inequality", "must have the key 'level'"),
        ("hidden-states-of-all", "must not have the key 'name'"),
        ("hidden-states-other-noise", "must have the key 'reduced'"),
    ],
)
def test_a_false_certificate_that_once_passed_is_refused(name, words):
    with pytest.raises(CertificateError, match=words):
        check(FALSE / f"{name}.json")


def test_all_false_certificates_are_tried():
    assert len(list(FALSE.glob("*.json"))) == 6
    assert main(FALSE) == 6


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("steering-not-table1", {}, r"proved is: The set of matrices ρ_A = \(1/2, 0, 1/2\)"),
        ("steering-any-inequality", {"level": "almost-quantum"},
         "in the inequality of Table II of arXiv:1505.01430; Table I of arXiv:1505.01430 has β"),
        ("hidden-states-of-all", {}, "proved is: Table I of arXiv:1505.01430 has a local model"),
        ("hidden-states-other-noise",
         {"level": "almost-quantum", "kind": "steering-witness", "claim": "PS-06"},
         r"the set of matrices ρ_A = \(1/2, 7/30, 1/2\)"),
    ],
)  # fmt: skip
def test_the_same_lies_with_the_keys_of_today_are_answered_with_what_is_proved(
    name, changes, words
):
    data = content(FALSE / f"{name}.json") | changes
    for free in ("name", "inequality"):
        data.pop(free, None)
    with pytest.raises(CertificateError, match=words):
        check_text(json.dumps(data))


# Free text


@EACH
def test_no_text_of_a_file_reaches_a_sentence(path):
    """A lie with an escape and a line break for each string and each name of a key."""
    data = content(path)
    checker = CHECKERS[data["kind"]][1]
    heard = []
    for place in places(data):
        changed = deepcopy(data)
        at(changed, place[:-1])[place[-1]] = LIE
        renamed = deepcopy(data)
        inside = at(renamed, place[:-1])
        if isinstance(inside, dict):
            inside[LIE] = inside.pop(place[-1])
        for lying in (changed, renamed):
            try:
                heard.append(checker(lying))
            except (CertificateError, KeyError):
                continue
    assert [sentence for sentence in heard if "P = NP" in sentence] == []
    assert all(sentence.isprintable() for sentence in heard)
    assert len(heard) >= 3  # for the claim, the kind and the stated sentence no checker looks at


@EACH
def test_a_key_that_no_checker_reads_is_refused_at_any_depth(path):
    data = content(path)
    for place in objects(data):
        for value in (LIE, {}, {"also": LIE}, []):
            changed = deepcopy(data)
            at(changed, place)["also"] = value
            with pytest.raises(CertificateError):
                check_text(json.dumps(changed))


def test_a_key_that_is_not_read_is_named():
    data = content(GOOD)
    with pytest.raises(CertificateError, match="ghz-dependence must not have the key 'name'"):
        check_text(json.dumps(data | {"name": "5"}))


def test_a_key_of_another_level_is_refused_though_it_is_empty():
    data = content(FOLDER / "macroscopic_locality" / "cglmp-almost-quantum-3.json")
    with pytest.raises(CertificateError, match="Multipliers of probabilities belong to level 1"):
        check_text(json.dumps(data | {"positive": {}}))


def test_a_key_that_occurs_twice_is_refused():
    text = GOOD.read_text(encoding="utf-8")
    for twice in ('{"proves": "P = NP", ', '{"claim": "CR-09", '):
        with pytest.raises(CertificateError, match="must occur once"):
            check_text(twice + text[text.index("{") + 1 :])
    with pytest.raises(CertificateError, match="The key 'off' must occur once"):
        check_text(text.replace('"off": "1"', '"off": "2", "off": "1"'))


@pytest.mark.parametrize(
    ("reading", "unread"),
    [(lambda e: e["a"], {"b"}), (lambda e: e.get("b"), {"a"}), (lambda e: "a" in e, {"a", "b"}),
     (len, {"a", "b"}), (list, set()), (set, set()), (sorted, set()), (lambda e: e.items(), set()),
     (lambda e: e.keys(), set()), (lambda e: e.values(), set()), (lambda e: e == {}, set()),
     (lambda e: {**e}, set()), (lambda e: {} | dict(e), set())],
)  # fmt: skip
def test_what_counts_as_reading_a_key(reading, unread):
    entries = Entries([("a", "1"), ("b", "2")])
    reading(entries)
    assert entries.unread == unread


def test_a_sentence_of_more_than_one_line_is_refused(monkeypatch):
    monkeypatch.setitem(CHECKERS, "ghz-dependence", ("CR-09", lambda data: data["proves"]))
    for lie in (LIE, "right \u202e left", "\ud800"):
        with pytest.raises(CertificateError, match="must be one line"):
            check_text(json.dumps({"kind": "ghz-dependence", "claim": "CR-09", "proves": lie}))


# Texts that are no certificates


DEEP = 100_000
NO_CERTIFICATES = {
    "deep lists": "[" * DEEP + "]" * DEEP,
    "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "a deep kind": '{"kind": ' + "[" * 900 + "]" * 900 + "}",
    "a deep claim": '{"kind": "ghz-dependence", "claim": ' + "[" * 900 + "]" * 900 + "}",
    "a bare number": '{"kind": 1}',
    "a bare number of many digits": '{"kind": ' + "1" * 10_000 + "}",
    "a large exponent": '{"kind": 1e999999999}',
    "not a number": '{"kind": NaN}',
    "infinity": '{"kind": -Infinity}',
    "half a sign as kind": '{"kind": "\\ud800"}',
    "half a sign as key": '{"\\udfff": "1"}',
    "a kind that is a list": '{"kind": ["ghz-dependence"]}',
    "a kind that is an object": '{"kind": {"ghz-dependence": "1"}}',
    "no kind": "{}",
    "a list": "[]",
    "a word": '"ghz-dependence"',
    "nothing": "",
    "blanks": "  \n",
    "half a file": '{"kind": "ghz-dep',
    "two files": "{} {}",
    "a byte order mark": "\ufeff{}",
    "zero bytes": "\0" * 100,
}


@pytest.mark.parametrize("text", NO_CERTIFICATES.values(), ids=NO_CERTIFICATES)
def test_what_is_no_certificate_is_refused(text):
    with pytest.raises(CertificateError):
        check_text(text)


HOSTILE = (
    "1" * 5000, "Y" + "1" * 5000, "\ud800", "9" * LONGEST_NUMBER, "1/" + "7" * (LONGEST_NUMBER - 2),
    "100000000", "-1", "1/0", "1e9", "٣", "²", "1\n", "", " ", "0 0", LIE,
)  # fmt: skip
"""Values that once overflowed, ran on, or had been taken for numbers."""


def forest(depth):
    found = "1"
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize("kind", CHECKERS)
def test_a_hostile_value_is_refused_in_every_kind(kind):
    """At each top entry of a file, and at its first and last number."""
    data = next(d for d in map(content, ALL) if d["kind"] == kind)
    for key in data:
        inside = list(places(data[key], (key,)))
        for place in {(key,), inside[0], inside[-1]}:
            # of the sentence no checker reads anything: it is compared, after all the rest
            values = (LIE, "") if key == "proves" else (*HOSTILE, True, forest(300), [{}])
            for value in (*values, None, [], {}, {"a": {}}):
                if place[0] != key or at(data, place) == value:
                    continue
                changed = deepcopy(data)
                at(changed, place[:-1])[place[-1]] = value
                try:
                    check_text(json.dumps(changed))
                except CertificateError:
                    continue
                pytest.fail(f"{place} = {value!r:.60} was believed")


def test_a_number_of_too_many_characters_is_refused():
    assert number("1" * LONGEST_NUMBER) > 0
    with pytest.raises(CertificateError, match="but one has 100000"):
        number("1" * 100_000)


def test_a_checker_that_breaks_has_proved_nothing(monkeypatch):
    for error in (ValueError("x"), OverflowError(), RecursionError(), MemoryError(), IndexError()):

        def broken(data, error=error):
            raise error

        monkeypatch.setitem(CHECKERS, "ghz-dependence", ("CR-09", broken))
        with pytest.raises(CertificateError, match="is not of the right form: "):
            check(GOOD)


def test_a_witness_whose_powers_would_not_end_is_refused():
    """It gains nowhere and is tight where it was; its powers had hundred thousands of digits."""
    data = content(FOLDER / "causal_relaxations" / "qutrit-information.json")
    small = Fraction(1, 10**150)
    shifted = [number(f) + k * small for f, k in zip(data["witness"], (1, -1, -3), strict=True)]
    with pytest.raises(CertificateError, match="must not exceed a million"):
        check_text(json.dumps(data | {"witness": list(map(str, shifted))}))


def test_a_curve_of_endless_points_is_refused():
    data = content(FOLDER / "causal_relaxations" / "influence-i3322.json")
    for points in (data["points"] * 7, {str(k): data["points"][0] for k in range(99)}):
        with pytest.raises(CertificateError, match="must be a list of at most 20"):
            check_text(json.dumps(data | {"points": points}))


def test_a_matrix_whose_pivots_would_not_end_is_refused():
    """Coprime denominators: each pivot has more digits than the one before."""
    diagonal = [Fraction(2 * p + 1, p) for p in (10**37 + 1, 10**37 + 3)]
    matrix = [[diagonal[0], Fraction(0)], [Fraction(0), diagonal[1]]]
    with pytest.raises(CertificateError, match="common denominator of at most 60 digits"):
        require_positive(matrix)


# Files


def test_only_regular_files_are_read(tmp_path):
    """A pipe would wait for a writer, and the zeros of a device have no end."""
    pipe, zeros, loop = (tmp_path / f"{name}.json" for name in ("pipe", "zeros", "loop"))
    os.mkfifo(pipe)
    zeros.symlink_to("/dev/zero")
    loop.symlink_to(loop)
    folder = tmp_path / "folder.json"
    folder.mkdir()
    for path in (pipe, zeros, folder, "/dev/stdin", "/dev/null"):
        with pytest.raises(CertificateError, match=r"must be (a regular file|readable JSON)"):
            check(path)
    for path in (loop, "/proc/self/maps", "a" * 300, "nul\0", tmp_path / "none", "\udcff"):
        with pytest.raises(CertificateError, match="must be readable JSON"):
            check(path)


def test_a_file_that_is_too_large_is_refused(tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(10**12)  # a hole: takes no room
    with pytest.raises(CertificateError, match="must not hold more than 250000 bytes"):
        check(path)
    assert max(path.stat().st_size for path in ALL) * 2 < certificates.LARGEST_FILE


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "bytes.json"
    for content in (b"\xff\xfe{}", "{}".encode("utf-16"), b"\xed\xa0\x80", b"{\x80}"):
        path.write_bytes(content)
        with pytest.raises(CertificateError, match="must be readable JSON"):
            check(path)


def test_each_file_has_one_line_and_the_next_is_still_checked(tmp_path, capsys):
    os.mkfifo(tmp_path / "a.json")
    for name, text in (("b", "[" * DEEP), ("c", "{" * 9), ("d", '{"kind": "\\ud800"}')):
        (tmp_path / f"{name}.json").write_text(text)
    (tmp_path / "e.json").symlink_to(tmp_path / "e.json")
    deep = tmp_path / "f.json" / "g" / "h"
    deep.mkdir(parents=True)
    (deep / "up").symlink_to(tmp_path)  # a way round that must not be gone
    (deep / "z.json").write_bytes(GOOD.read_bytes())
    assert main(tmp_path) == 6
    lines = capsys.readouterr().out.splitlines()
    assert [line[:14] for line in lines] == [f"FAILED  {x}.json" for x in "abcdef"] + [
        "ok      z.json"
    ]


def test_a_file_name_cannot_forge_a_line(tmp_path, capsys):
    (tmp_path / "x\nok      \x1b[31m\u202eall.json").write_text("{}")
    assert main(tmp_path) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(r"FAILED  x\nok      \x1b[31m\u202eall.json: The kind must be")


def test_a_long_answer_is_cut(capsys):
    assert main("a" * 10_000) == 1
    assert len(capsys.readouterr().out) < certificates.LONGEST_LINE + 20


# What is written where


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8", "utf-16"])
def test_an_output_that_cannot_write_greek_gets_escapes(encoding, monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    assert main(GOOD, GOOD, "Λ.json") == 1
    shown = raw.getvalue().decode(encoding).splitlines()
    assert [line[:6] for line in shown] == ["ok    ", "ok    ", "FAILED"]
    assert (r"\u039b" in shown[0]) == (not encoding.startswith("utf"))


COMMAND = [sys.executable, "-m", "nonlocality.certificates"]


@pytest.mark.parametrize(("path", "code"), [(GOOD, 0), (FALSE, 1)])
def test_a_closed_pipe_is_no_error_and_the_exit_code_is_right(path, code):
    """As with `| head -1`."""
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run([*COMMAND, str(path)], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (run.returncode, run.stderr) == (code, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is full")
def test_an_answer_that_cannot_be_written_is_a_failure():
    with open("/dev/full", "wb") as full:
        run = subprocess.run(
            [*COMMAND, str(GOOD)], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert run.returncode == 1
    assert b"Traceback" not in run.stderr
    assert b"The output could not be written" in run.stderr


def test_all_files_are_checked_in_five_seconds_of_processor_time():
    words = "import sys, time; from nonlocality.certificates import main; "
    words += "failures = main(sys.argv[1]); print(failures, time.process_time())"
    command = [sys.executable, "-c", words, str(FOLDER)]
    run = subprocess.run(command, capture_output=True, check=True)
    failures, seconds = run.stdout.split()[-2:]
    assert failures == b"0"
    assert float(seconds) < 5
