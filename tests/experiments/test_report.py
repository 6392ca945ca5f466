"""The command: exit codes, files, pipes, no network, speed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nonlocality.report import main

DATA = Path(__file__).parent / "data"
CASES = json.loads((DATA / "cases.json").read_text("utf-8"))
REPAIR = {
    1: ["--missing", "zero"],
    5: ["--duplicates", "sum"],
    10: ["--columns", "count=Anzahl"],
    14: ["--duplicates", "sum"],
}
HOPELESS = (2, 3, 4, 17, 18, 22)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_every_table_ends_with_the_exit_code_that_it_must(case, capsys):
    path = str(DATA / case["file"])
    code = main([path])
    out, err = capsys.readouterr()
    if case["no"] in REPAIR or case["no"] in HOPELESS:
        assert (code, out) == (2, "")
        assert case["file"] in err
        assert "Traceback" not in err
    else:
        assert (code, err) == (0, "")
        assert "ASSUMED" in out
    if case["no"] in REPAIR:
        assert main([path, *REPAIR[case["no"]]]) == 0


def test_a_page_and_the_numbers_are_written(root, tmp_path, capsys):
    page, numbers = tmp_path / "out.html", tmp_path / "out.json"
    table = str(root / "book" / "data" / "bell-tests.csv")
    options = ["--experiment", "munich2016", "--settings", "uniform", "--form", "+11"]
    assert main([table, *options, "--html", str(page), "--json", str(numbers)]) == 0
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert json.loads(numbers.read_text("utf-8"))["trials"] == 150
    capsys.readouterr()
    assert main([table, *options, "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "munich2016"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--experiment", "cern"], "no experiment 'cern'"),
        (["--experiment", "nist2015", "--settings", "0.5,0.5"], "`settings`"),
        (["--experiment", "nist2015", "--form", "11"], "`form`"),
        (["--experiment", "nist2015", "--decide", "CHSH game"], "which is not there"),
        (["--experiment", "nist2015", "--merge", "b:none=1"], "`merge`"),
        (["--experiment", "nist2015", "--discard", "none"], "`discard`"),
        (["--experiment", "nist2015", "--bias", "2"], "`bias`"),
        (["--experiment", "nist2015", "--html", "/no/such/place.html"], "cannot be written"),
    ],
)
def test_arguments_that_do_not_fit_are_named(root, options, words, capsys):
    assert main([str(root / "book" / "data" / "bell-tests.csv"), *options]) == 2
    assert words in capsys.readouterr().err


def test_a_words_that_is_no_option_ends_with_two():
    for wrong in (["--settings", "often"], ["--merge", "none"], ["--columns", "count"]):
        with pytest.raises(SystemExit) as stop:
            main(["table.csv", *wrong])
        assert stop.value.code == 2


def test_a_failing_solver_ends_with_three(monkeypatch, capsys):
    from nonlocality.experiments import reporting
    from nonlocality.foundations.solvers import SolverError

    def fail(*_, **__):
        raise SolverError("HiGHS stopped.")

    monkeypatch.setattr(reporting, "costs", fail)
    assert main([str(DATA / "08-labels-strings.csv")]) == 3
    assert capsys.readouterr().err == "HiGHS stopped.\n"


GUARD = """
import socket, sys
def refuse(*_, **__): raise RuntimeError("no network")
socket.socket.__init__ = socket.create_connection = refuse
from nonlocality.report import main
sys.exit(main(sys.argv[1:]))
"""


def test_the_command_works_in_a_pipe_and_without_a_network(root, tmp_path):
    table = (DATA / "08-labels-strings.csv").read_text()
    page = tmp_path / "page.html"
    done = subprocess.run(
        [sys.executable, "-c", GUARD, "-", "--html", str(page)],
        input=table, capture_output=True, text=True,
        env={"PYTHONPATH": str(root / "lib"), "LANG": "C"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "150 trials" in done.stdout
    assert page.stat().st_size < 60_000
