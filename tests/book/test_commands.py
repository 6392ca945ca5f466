"""Builds that fail, wait or find a changed table of contents; serving; the audit of the lock."""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from nonlocality.book import commands

PAGES = "import pathlib; p = pathlib.Path('_build/html'); p.mkdir(parents=True, exist_ok=True); "
GOOD = [sys.executable, "-c", PAGES + "(p / 'index.html').touch()"]
BAD = [sys.executable, "-c", PAGES + "(p / 'half.html').touch(); raise SystemExit(3)"]


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "_toc.yml").write_text("root: index\nchapters: [one, two]\n")
    return tmp_path


def run(checkout, *words):
    """One of the commands as make calls it: its code and what it says."""
    line = [sys.executable, "-m", "nonlocality.book.commands", *words]
    done = subprocess.run(line, cwd=checkout, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_a_build_that_failed_is_not_served_and_starts_its_pages_anew(checkout, capsys):
    assert commands.build(checkout, command=BAD) == 3
    assert "The build failed" in capsys.readouterr().out
    assert commands.refusal(checkout).startswith("The last build failed")
    code, words = run(checkout, "serve")
    assert code == 1
    assert "run 'make book'" in words
    assert commands.build(checkout, command=GOOD) == 0
    assert "did not finish" in capsys.readouterr().out
    assert not (checkout / "_build" / "html" / "half.html").exists()
    assert not commands.refusal(checkout)


def test_an_unbuilt_book_is_not_served(checkout):
    assert run(checkout, "serve") == (1, "There is no built book yet: run 'make book' first.\n")


def test_pages_stay_unless_the_list_of_chapters_changes(checkout, capsys):
    commands.build(checkout, command=GOOD)
    removed = checkout / "_build" / "html" / "two.html"
    removed.touch()
    commands.build(checkout, command=GOOD)
    assert removed.exists()
    (checkout / "_toc.yml").write_text("root: index\nchapters: [one]\n")
    commands.build(checkout, command=GOOD)
    assert not removed.exists()
    assert "list of chapters has changed" in capsys.readouterr().out
    (checkout / "_toc.yml").write_text("root: index\nchapters: [one, three]\n")
    removed.touch()
    commands.build(checkout, command=BAD)
    commands.build(checkout, command=GOOD)  # a failed build has not noted the new list
    assert not removed.exists()


def test_where_nothing_has_changed_nothing_is_built(checkout, capsys):
    """Neither a source nor a page; the next build after a change builds."""
    counting = (
        PAGES + "(p / 'index.html').touch(); pathlib.Path('_build/runs').open('a').write('.')"
    )
    command = [sys.executable, "-c", counting]
    page, source = checkout / "_build/html/index.html", checkout / "book" / "one.md"
    hidden, runs = checkout / ".settings", checkout / "_build" / "runs"

    def runs_after(change):
        change()
        assert commands.build(checkout, command=command) == 0
        return len(runs.read_text())

    assert runs_after(lambda: None) == 1
    assert runs_after(lambda: None) == 1
    assert "Nothing has changed since the last build" in capsys.readouterr().out
    assert runs_after(lambda: hidden.write_text("a setting")) == 2
    assert runs_after(lambda: source.parent.mkdir()) == 2
    assert runs_after(lambda: source.write_text("a page")) == 3
    assert runs_after(lambda: source.write_text("another")) == 4
    assert runs_after(lambda: source.unlink()) == 5
    assert runs_after(lambda: page.write_text("edited")) == 6
    assert runs_after(lambda: page.unlink()) == 7
    assert runs_after(lambda: None) == 7
    assert commands.build(checkout, command=BAD) == 3
    assert runs_after(lambda: None) == 8


def test_the_second_of_two_builds_waits_for_the_first(checkout, capfd):
    begun, go_on = checkout / "begun", checkout / "go on"
    slow = (
        "import pathlib, time\npathlib.Path('begun').touch()\n"
        "while not pathlib.Path('go on').exists(): time.sleep(0.02)\n"
        "pathlib.Path('ends').open('a').write('first ')"
    )
    fast = "import pathlib; pathlib.Path('ends').open('a').write('second ')"
    builds = [
        threading.Thread(
            target=commands.build,
            args=(checkout,),
            kwargs={"command": [sys.executable, "-c", code]},
        )
        for code in (slow, fast)
    ]
    builds[0].start()
    while not begun.exists():
        time.sleep(0.02)
    builds[1].start()
    words = ""
    while "Another build is at work here" not in words:
        words += capfd.readouterr().out
        time.sleep(0.02)
    assert not (checkout / "ends").exists()
    go_on.touch()
    for each in builds:
        each.join(30)
    assert (checkout / "ends").read_text() == "first second "
    assert "did not finish" not in words + capfd.readouterr().out


def test_a_taken_port_and_a_port_that_is_none_are_said_in_a_sentence(checkout):
    commands.build(checkout, command=GOOD)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, words = run(checkout, "serve", "--port", port)
    assert code == 1
    assert f"Port {port} cannot be had (Address already in use): try another" in words
    assert "Traceback" not in words
    code, words = run(checkout, "serve", "--port", "99999")
    assert code == 1
    assert "Port 99999 cannot be had" in words
    assert "Traceback" not in words


def test_a_finished_book_is_served_to_this_machine(checkout):
    commands.build(checkout, command=GOOD)
    (checkout / "_build" / "html" / "index.html").write_text("the book")
    line = [sys.executable, "-m", "nonlocality.book.commands", "serve", "--port", "0"]
    with subprocess.Popen(line, cwd=checkout, stdout=subprocess.PIPE, text=True) as server:
        address = server.stdout.readline().split()[4]
        with urllib.request.urlopen(address) as answer:
            assert answer.read() == b"the book"
        server.terminate()


def test_a_folder_that_cannot_be_written_is_named(checkout):
    (checkout / "_build").write_text("a file where a folder is needed")
    code, words = run(checkout, "build")
    assert code == 1
    assert str(checkout / "_build") in words
    assert "Traceback" not in words


def test_a_full_disk_is_named_where_a_build_failed(checkout, capsys, monkeypatch):
    usage = commands.shutil.disk_usage(checkout)
    monkeypatch.setattr(commands.shutil, "disk_usage", lambda _: usage._replace(free=12_000))
    assert commands.build(checkout, command=BAD) == 3
    assert "is full: 12 kB are free" in capsys.readouterr().out


def reporting(report):
    """A command in place of the audit tool."""
    return [sys.executable, "-c", f"print({json.dumps(report)!r})"]


def test_what_the_audit_could_not_look_up_is_not_called_safe(tmp_path, capsys):
    looked_up = {"name": "a", "version": "1", "vulns": []}
    left_out = {"name": "b", "skip_reason": "not found"}
    bad = {"name": "c", "version": "2", "vulns": [{"id": "CVE-1"}]}
    cases = [
        ([looked_up], 0, "1 packages were judged. No vulnerability is known of them."),
        ([looked_up, left_out], 1, "1 packages were judged, 1 were not."),
        ([left_out], 1, "Nothing was judged"),
        ([], 1, "Nothing was judged"),
        ([bad, looked_up], 1, "c 2: CVE-1"),
    ]
    for packages, code, words in cases:
        command = reporting({"dependencies": packages})
        assert commands.audit(tmp_path, command=command) == code
        assert words in capsys.readouterr().out
    for text in ("no report", "[]", '{"dependencies": 5}'):
        assert commands.audit(tmp_path, command=[sys.executable, "-c", f"print({text!r})"]) == 1
        assert "Nothing was judged: the audit tool could not run" in capsys.readouterr().out
