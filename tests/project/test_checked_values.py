"""What a check gives back is what is used: a checked argument is not read again as it was given.

A check of an argument returns it in the kind of number that the rest counts on: a Python integer
in the place of a 64-bit one, a float in the place of a Decimal. Who checks and then goes on with
what was given has checked another value than the one that is used.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CONVERTING = ("counts", "check_outcomes", "whole_numbers", "finite_number", "finite_array")
"""Checks that give back another kind of number than they may be given."""

COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.FunctionDef)


def _names(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument, ast.Name):
            yield argument.id
        elif isinstance(argument, ast.Tuple | ast.List):
            yield from _names(argument.elts)
        elif isinstance(argument, ast.Starred):
            yield from _names([argument.value])


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement without those of the statements inside."""
    queue = [child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt)]
    while queue:
        node = queue.pop()
        yield node
        queue += [c for c in ast.iter_child_nodes(node) if not isinstance(c, ast.stmt)]


def used_as_given(source: str) -> list[str]:
    """Arguments that a function reads again after a check whose value it let go."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef) or function.name in CONVERTING:
            continue
        raised = [range(r.lineno, r.end_lineno + 1) for r in ast.walk(function)
                  if isinstance(r, ast.Raise)]  # fmt: skip
        names = [n for n in ast.walk(function) if isinstance(n, ast.Name)]
        for statement in ast.walk(function):
            if not isinstance(statement, ast.stmt) or isinstance(statement, ast.Return):
                continue
            for call in _own(statement):
                called = isinstance(call, ast.Call) and getattr(call.func, "id", "")
                if called not in CONVERTING:
                    continue
                end = call.end_lineno if isinstance(statement, COMPOUND) else statement.end_lineno
                place = 0 if called == "check_outcomes" else 1
                for name in _names(call.args[place : place + 1]):
                    uses = [n for n in names if n.id == name]
                    if any(isinstance(n.ctx, ast.Store)
                           and statement.lineno <= n.lineno <= statement.end_lineno
                           for n in uses):  # fmt: skip
                        continue
                    again = min((n.lineno for n in uses if isinstance(n.ctx, ast.Store)
                                 and n.lineno > end), default=10**9)  # fmt: skip
                    found += [
                        f"{function.name}: {name} of line {call.lineno} in line {n.lineno}"
                        for n in uses
                        if isinstance(n.ctx, ast.Load) and end < n.lineno < again
                        and not any(n.lineno in lines for lines in raised)
                    ]  # fmt: skip
    return found


def test_a_value_that_was_checked_and_let_go_is_found():
    wrong = "def f(size, rng):\n    counts('size', (size,))\n    return rng.uniform(size=size)\n"
    right = wrong.replace("    counts", "    (size,) = counts")
    only_said = wrong.replace("return rng.uniform(size=size)", "raise ValueError(size)")
    assert used_as_given(wrong) == ["f: size of line 2 in line 3"]
    assert used_as_given(right) == used_as_given(only_said) == []
    inside = "def f(d):\n    if check_outcomes(d) > 5:\n        pass\n    return 2 * d\n"
    assert used_as_given(inside) == ["f: d of line 2 in line 4"]


LIBRARY = Path(__file__).parents[2] / "lib" / "nonlocality"


@pytest.mark.parametrize("room", sorted(p.name for p in LIBRARY.iterdir() if p.is_dir()))
def test_what_a_check_gives_back_is_used(room):
    found = {
        path.name: again
        for path in sorted((LIBRARY / room).glob("*.py"))
        if (again := used_as_given(path.read_text(encoding="utf-8")))
    }
    assert found == {}
