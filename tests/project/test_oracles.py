"""The oracle is no test, but what it does with and without its package is tested."""

import importlib.machinery

import oracles
import pytest

from nonlocality.macroscopic_locality.moments import maximise


@pytest.fixture
def few(monkeypatch):
    cases = {"CHSH": oracles.cases()["CHSH, level 1"]}
    monkeypatch.setattr(oracles, "cases", lambda: cases)


def test_without_the_package_it_says_that_nothing_is_compared(few, monkeypatch, capsys):
    monkeypatch.setattr(oracles, "find_spec", lambda _: None)
    assert oracles.main() == 0
    assert (
        "not installed (dependency group `peers`): nothing is compared" in capsys.readouterr().out
    )


@pytest.mark.parametrize(("off", "wrong"), [(0, 0), (5e-8, 0), (1e-3, 1), (-1e-3, 1)])
def test_a_value_that_differs_is_a_disagreement(few, monkeypatch, capsys, off, wrong):
    spec = importlib.machinery.ModuleSpec("MoMPy", None)
    monkeypatch.setattr(oracles, "find_spec", lambda _: spec)
    monkeypatch.setattr(oracles, "version", lambda _: "0")
    monkeypatch.setattr(
        oracles, "by_mompy", lambda f, level: maximise(f, level=level).largest.reached + off
    )
    assert oracles.main() == wrong
    assert ("APART" in capsys.readouterr().out) == bool(wrong)
