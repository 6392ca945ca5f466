"""Calls of every public function with bad arguments: `python -m tests.fuzz --calls 20000`.

Valid arguments are those of the examples in the docstrings. In each call one of them is changed,
into a bad value or into a variant of the valid one. Calls run in processes of their own, with a
limit of processor time and of memory. The same seed makes the same calls.

What is asked of a call, whatever it is given:

- Where the docstring says that ValueError is raised: the call returns, or raises one that names an
  argument of this call between backticks, or an error of the project's own (a subclass defined in
  ``nonlocality``).
- A value of another kind than the annotation asks for (a word or a list for a number, a number for
  a table or a word, anything for an object of a class) is a slip in a program rather than bad
  data: for it, Python's own TypeError, AttributeError and ValueError do as well.
- An exception that the docstring names is promised. Where it promises none, any will do.
- A number of repetitions (:data:`REPETITIONS`) may ask for as long as it says.
- What is returned holds no NaN, and infinity only if the docstring speaks of it. (Where no error is
  promised, NaN that was given may come back.)
- What was given is unchanged, nothing is warned of, and the call ends within the limits.

Records that functions give back do not check their fields, and are not called: a class is called
if its docstring says what it raises. Nor are the library's tools that build pages.
"""

import argparse
import collections.abc
import contextlib
import dataclasses
import doctest
import importlib
import inspect
import io
import math
import multiprocessing
import os
import pickle
import random
import re
import resource
import signal
import sys
import tempfile
import types
import typing
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from numbers import Integral, Number, Real
from pathlib import Path
from zlib import crc32

import numpy as np
from scipy import sparse

from nonlocality.foundations.numbers import TwoSided

ROOMS = (
    *("foundations", "causal_relaxations", "macroscopic_locality", "postquantum_steering"),
    *("macroscopic_nonlocality", "local_realism", "experiments", "certificates", "book"),
)
SECONDS = 5.0
"""Processor time of a call."""
LARGEST_CALL = 200_000
"""Bytes of the recorded arguments of a call; larger ones are not changed into others."""
REPETITIONS = ("starts", "steps", "rounds", "directions", "harmonics")
"""Arguments that say how often something is done, or how finely."""
MEMORY = 4 * 2**30
"""Bytes of address space that a process may take beyond what it has."""

NOT_CALLED = {
    "builds or reads pages of the book": r"book\..*|experiments\.(Report\.to_|upload).*",
    "draws": r".*\.draw_.*|causal_relaxations\.(draw|crossing)",
    "writes the data of a certificate, for minutes": r".*(_proof|_proofs|_certificate)",
}
"""Names without a recorded call, by the reason."""

FINE = (
    *("returned", "refused by name", "own error", "wrong kind", "nothing promised"),
    *("no such value", "named in the docstring", "as long as asked"),
)
"""Outcomes that are as they should be."""


def deep(depth: int) -> list:
    """A list in a list in a list …"""
    found: list = []
    for _ in range(depth):
        found = [found]
    return found


BAD: dict[str, Callable[[], object]] = {
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "-inf": lambda: float("-inf"),
    "10**400": lambda: 10**400,
    "-10**400": lambda: -(10**400),
    "10**9": lambda: 10**9,
    "10**6": lambda: 10**6,
    "4096": lambda: 4096,
    "0": lambda: 0,
    "-1": lambda: -1,
    "0.5": lambda: 0.5,
    "1e308": lambda: 1e308,
    "5e-324": lambda: 5e-324,
    "1j": lambda: 1 + 5j,
    "np.complex128": lambda: np.complex128(1 + 5j),
    "uint64 2**63": lambda: np.uint64(2**63),
    "float32": lambda: np.float32(0.3),
    "Decimal nan": lambda: Decimal("NaN"),
    "Fraction": lambda: Fraction(10**400, 3),
    "True": lambda: True,
    "None": lambda: None,
    "word": lambda: "word",
    "empty word": lambda: "",
    "words with null": lambda: "a\0b\ud800",
    "bytes": lambda: b"ab",
    "empty list": list,
    "empty dict": dict,
    "set": lambda: {1, 2},
    "nested": lambda: deep(2000),
    "ragged": lambda: [[1, 2], [3]],
    "[nan]": lambda: [float("nan")],
    "list of words": lambda: ["a", "b"],
    "list of None": lambda: [None, None],
    "array 0-d": lambda: np.array(1.0),
    "array empty": lambda: np.zeros((0, 3)),
    "array of nan": lambda: np.full((2, 2, 2, 2), np.nan),
    "array of 40 axes": lambda: np.zeros((1,) * 40),
    "objects": lambda: np.array([object(), None], dtype=object),
    "datetime64": lambda: np.array(["2020-01-01"], dtype="datetime64[D]"),
    "date": lambda: date(2020, 1, 1),
    "masked": lambda: np.ma.masked_array([1.0, 2.0], mask=True),
    "records": lambda: np.zeros(2, dtype=[("a", float), ("b", int)]),
    "sparse": lambda: sparse.csr_array(np.eye(2)),
    "range": lambda: range(10**12),
    "iterator": lambda: iter([1, 2]),
    "object": object,
    "type": lambda: int,
}
"""Values that few functions take, by name."""


def variants(value: object) -> dict[str, Callable[[], object]]:
    """Changes of a valid value, by name."""
    found: dict[str, Callable[[], object]] = {}
    if isinstance(value, bool) or value is None:
        return found
    if hasattr(value, "table") and isinstance(value.table, np.ndarray):  # a behaviour
        found |= {f"table {name}": made for name, made in variants(value.table).items()}
    if isinstance(value, np.ndarray | list | tuple):
        try:
            array = np.array(value)
        except ValueError:
            array = np.zeros(0, dtype=object)
        if array.dtype.kind in "biufc" and array.size:
            found |= _variants_of_array(array)
    if isinstance(value, list | tuple):
        kind = type(value) if type(value) in (list, tuple) else list
        found |= {
            "reversed": lambda: kind(reversed(value)),
            "twice": lambda: kind(list(value) * 2),
            "without last": lambda: kind(list(value)[:-1]),
            "1000 times": lambda: kind(list(value) * 1000),
            "with None": lambda: kind([*list(value)[:-1], None]),
            "with word": lambda: kind([*list(value)[:-1], "word"]),
            "iterator": lambda: iter(value),
            "as array of objects": lambda: np.array(value, dtype=object),
        }
    if isinstance(value, dict):
        found |= {
            "without an entry": lambda: dict(list(value.items())[:-1]),
            "with None": lambda: {**value, next(iter(value), "a"): None},
            "with another key": lambda: {**value, 5: 5},
        }
    if isinstance(value, str):
        found |= {
            "upper": value.upper,
            "with a blank": lambda: f" {value} ",
            "twice": lambda: value * 2,
            "without last": lambda: value[:-1],
            "markup": lambda: f"<script>{value}",
            "long": lambda: value * 10**5,
        }
    if isinstance(value, Real):
        found |= {
            "plus 1": lambda: value + 1,
            "minus": lambda: -value,
            "half": lambda: value / 2,
            "times 10**9": lambda: value * 10**9,
            "times 50": lambda: value * 50,
            "int64": lambda: np.int64(int(value)),
            "float64": lambda: np.float64(value),
            "in a list": lambda: [value],
            "in an array": lambda: np.array([float(value)] * 3),
            "as word": lambda: str(value),
            "Decimal": lambda: Decimal(float(value)),
            "complex": lambda: complex(value),
        }
    return found


def _variants_of_array(array: np.ndarray) -> dict[str, Callable[[], object]]:
    def one(entry: object) -> np.ndarray:
        changed = array.astype(object if isinstance(entry, str | int) else complex, copy=True)
        changed = changed if isinstance(entry, str | int | complex) else array.astype(float)
        changed.flat[array.size // 2] = entry
        return changed

    def strided() -> np.ndarray:
        wide = np.repeat(array, 2, axis=-1)
        return wide[..., ::2]

    def locked() -> np.ndarray:
        changed = array.copy()
        changed.setflags(write=False)
        return changed

    first = np.arange(array.size).reshape(array.shape) == 0
    real = array.dtype.kind != "c"
    common: dict[str, Callable[[], object]] = {
        "list": array.tolist,
        "Fortran": lambda: np.asfortranarray(array),
        "strided": strided,
        "locked": locked,
        "one complex": lambda: one(1j),
        "complex": lambda: array.astype(complex),
        "minus": lambda: -(array.astype(float) if real else array),
        "times 1e300": lambda: array * 1e300,
        "times 1e-300": lambda: array * 1e-300,
        "times 3": lambda: array * 3,
        "an axis more": lambda: array[None],
        "an axis less": lambda: array[0] if array.ndim else array,
        "without last": lambda: array[..., :-1] if array.ndim else array,
        "empty": lambda: array[:0] if array.ndim else array,
        "transposed": lambda: array.T,
        "zero": lambda: np.zeros_like(array),
        "masked": lambda: np.ma.masked_array(array, mask=first),
        "words": lambda: array.astype(str),
        "one None": lambda: np.where(first, None, array.astype(object)),
    }  # fmt: skip
    if real:
        common |= {
            "one nan": lambda: one(float("nan")),
            "one inf": lambda: one(float("inf")),
            "one word": lambda: one("word"),
            "one 10**400": lambda: one(10**400),
            "float32": lambda: array.astype(np.float32),
            "float16": lambda: array.astype(np.float16),
            "big-endian": lambda: array.astype(">f8"),
            "integers": lambda: array.astype(int),
            "booleans": lambda: array.astype(bool),
            "fractions": lambda: np.vectorize(lambda v: Fraction(float(v)), otypes=[object])(array),
            "rounded": lambda: array.round(3),
        }
    else:
        common["one nan"] = lambda: one(complex("nan+1j"))
    return common


@dataclasses.dataclass(frozen=True)
class Target:
    """A public function, method or class."""

    name: str
    call: Callable
    code: types.CodeType
    signature: inspect.Signature
    doc: str
    hints: dict[str, object]
    also: frozenset[str] = frozenset()
    """Names that a message may use: for a method, those of the object's own arguments."""


def targets() -> list[Target]:
    """Everything public that promises something about its arguments."""
    found = {}
    for room in ROOMS:
        package = importlib.import_module(f"nonlocality.{room}")
        for name in package.__all__:
            thing = getattr(package, name)
            full = f"{room}.{name}"
            if inspect.isclass(thing):
                doc = inspect.getdoc(thing) or ""
                init = getattr(thing.__init__, "__code__", None)
                fields = frozenset(inspect.signature(thing).parameters) if init else frozenset()
                if init is not None and "Raises" in doc:
                    found[init] = _target(full, thing, init, doc)
                for key, member in vars(thing).items():
                    function = getattr(member, "__func__", member)
                    if inspect.isfunction(function) and not key.startswith("_"):
                        text = inspect.getdoc(function) or ""
                        made = getattr(thing, key)
                        found[function.__code__] = _target(
                            f"{full}.{key}", made, function.__code__, text, fields
                        )
            elif callable(thing):
                inner = inspect.unwrap(thing)
                if inspect.isfunction(inner):
                    found[inner.__code__] = _target(
                        full, thing, inner.__code__, inspect.getdoc(thing) or ""
                    )
    return list(found.values())


def _target(
    name: str, call: Callable, code: types.CodeType, doc: str, also: frozenset[str] = frozenset()
) -> Target:
    inner = inspect.unwrap(call)
    hints = {}
    for key, hint in inspect.get_annotations(
        inner.__init__ if inspect.isclass(inner) else inner
    ).items():
        try:
            scope = vars(sys.modules[inner.__module__])
            hints[key] = eval(hint, scope) if isinstance(hint, str) else hint
        except (NameError, AttributeError):  # a class that is imported for type checks alone
            hints[key] = Target
    return Target(name, call, code, inspect.signature(call), doc, hints, also)


NUMBERS = (float, Fraction, Real)


def right_kind(hint: object, value: object) -> bool:
    """Whether a value is of the kind that an annotation asks for, whatever it holds."""
    arguments = [a for a in typing.get_args(hint) if a is not Ellipsis]
    origin = typing.get_origin(hint) or hint
    if origin in (types.UnionType, typing.Union):
        return any(right_kind(a, value) for a in arguments)
    if hint is None or hint is type(None):
        return value is None
    if origin is complex:
        return isinstance(value, Number | np.number)
    if origin is collections.abc.Callable:
        return callable(value)
    if origin is bool or not isinstance(origin, type):
        return origin is not bool
    if origin is int:
        return isinstance(value, Integral | np.integer)
    if origin in NUMBERS:
        return isinstance(value, Real | np.floating | Decimal)
    array_like = isinstance(value, np.ndarray | list | tuple | range)
    if isinstance(value, np.ma.MaskedArray | range):
        return False  # refused by name where arrays are read
    if origin is np.ndarray or origin.__name__ == "Behaviour":
        return array_like or isinstance(value, origin)
    if getattr(origin, "_is_protocol", False) and origin.__module__.startswith("nonlocality."):
        wanted = [*inspect.get_annotations(origin), *vars(origin)]
        return all(hasattr(value, name) for name in wanted if not name.startswith("_"))
    mappings = (str, dict, collections.abc.Mapping)
    if issubclass(origin, collections.abc.Collection) and origin not in mappings:
        if not array_like or (isinstance(value, np.ndarray) and not value.ndim):
            return False
        inner = arguments[:1] or [object]
        return all(right_kind(inner[0], part) for part in value[:1000])
    return isinstance(value, origin)


Recorded = dict[str, bytes]


class Recorder:
    """Notes what public functions are called with while docstrings are run."""

    def __init__(self, found: list[Target], *, each: int = 2) -> None:
        """each: how many calls of a target are kept."""
        self.targets = {target.code: target for target in found}
        self.each = each
        self.calls: dict[str, list[Recorded]] = {}
        self.refused: dict[str, str] = {}
        """Why a call that was seen could not be kept."""
        self.busy = False

    def __call__(self, frame: types.FrameType, event: str, _: object) -> None:
        """The hook for sys.setprofile."""
        if event != "call" or self.busy or frame.f_code not in self.targets:
            return
        target = self.targets[frame.f_code]
        kept = self.calls.setdefault(target.name, [])
        if len(kept) >= self.each:
            return
        self.busy = True
        try:
            code = frame.f_code
            count = code.co_argcount + code.co_kwonlyargcount
            names = list(code.co_varnames[:count])
            if code.co_flags & inspect.CO_VARARGS:
                names.append(code.co_varnames[count])
            if names and names[0] in ("self", "cls") and (
                names[0] == "cls" or inspect.isclass(target.call)
            ):  # fmt: skip
                names = names[1:]
            taken = {name: pickle.dumps(frame.f_locals[name]) for name in names}
            if sum(map(len, taken.values())) >= LARGEST_CALL:
                self.refused[target.name] = "arguments too large to be changed"
            elif taken not in kept:
                kept.append(taken)
        except Exception:  # what cannot be pickled cannot be given again
            self.refused[target.name] = "arguments that cannot be pickled"
        finally:
            self.busy = False

    def run(self, docs: list[doctest.DocTest]) -> None:
        """Run docstrings."""
        runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
        for test in docs:
            sink = io.StringIO()
            sys.setprofile(self)
            try:
                with contextlib.redirect_stdout(sink), warnings.catch_warnings():
                    runner.run(test, out=sink.write, clear_globs=False)
            finally:
                sys.setprofile(None)


def docstrings(rooms: tuple[str, ...] = ROOMS) -> list[doctest.DocTest]:
    """The docstrings with examples, of every file of some rooms."""
    import nonlocality

    finder, found = doctest.DocTestFinder(exclude_empty=True), []
    for room in rooms:
        for path in sorted((Path(nonlocality.__file__).parent / room).glob("*.py")):
            if path.stem not in ("__main__", "sphinx", "execution", "print_pdf", "commands"):
                name = f"nonlocality.{room}.{path.stem}".removesuffix(".__init__")
                found += [t for t in finder.find(importlib.import_module(name)) if t.examples]
    return found


@dataclasses.dataclass(frozen=True)
class Call:
    """A call with one argument changed."""

    target: str
    number: int
    parameter: str
    change: str

    def __str__(self) -> str:
        """As a line of the report."""
        return f"{self.target}({self.parameter} = {self.change}) [{self.number}]"


def changed_value(valid: object, change: str) -> object:
    """The bad value, or the variant of the valid one."""
    return BAD[change]() if change in BAD else variants(valid)[change]()


def plan(found: dict[str, list[Recorded]], *, calls: int, seed: int) -> list[Call]:
    """So many calls, spread evenly over the targets."""
    ways = []
    for name in sorted(found, key=lambda name: crc32(f"{seed} {name}".encode())):
        own = []
        for number, recorded in enumerate(found[name]):
            for parameter, text in recorded.items():
                if parameter == "self":
                    continue
                value = pickle.loads(text)
                own += [Call(name, number, parameter, c) for c in (*BAD, *variants(value))]
        # each name has an order of its own, so that a new function changes few of the calls
        random.Random(f"{seed} {name}").shuffle(own)
        ways.append(own)
    taken: list[Call] = []
    depth = 0
    while len(taken) < calls and any(len(own) > depth for own in ways):
        taken += [own[depth] for own in ways if len(own) > depth]
        depth += 1
    return taken[:calls]


class TooLong(BaseException):
    """The call has used up its processor time."""


def _arrays(value: object, depth: int = 0) -> Iterator[np.ndarray]:
    """All arrays in a value, in a fixed order."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict) and depth < 5:
        for part in value.values():
            yield from _arrays(part, depth + 1)
    elif isinstance(value, list | tuple) and depth < 5:
        for part in value:
            yield from _arrays(part, depth + 1)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type) and depth < 5:
        for field in dataclasses.fields(value):
            yield from _arrays(getattr(value, field.name, None), depth + 1)


def _numbers(value: object, depth: int = 0) -> Iterator[object]:
    """All numbers in a result."""
    if isinstance(value, float | complex | np.floating | np.complexfloating):
        yield value
    elif isinstance(value, np.ndarray):
        if value.dtype.kind in "fc":
            yield value
        elif value.dtype.kind == "O" and depth < 5:
            for part in value.flat:
                yield from _numbers(part, depth + 1)
    elif isinstance(value, dict) and depth < 5:
        for part in value.values():
            yield from _numbers(part, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset) and depth < 5:
        for part in value:
            yield from _numbers(part, depth + 1)
    elif isinstance(value, TwoSided):  # an infinite side says that nothing is proved there
        yield from (s for s in value.sides if isinstance(s, float) and abs(s) != math.inf)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type) and depth < 5:
        for field in dataclasses.fields(value):
            yield from _numbers(getattr(value, field.name, None), depth + 1)


def _named(words: str, target: Target, name: object) -> bool:
    """Whether a message names an argument between backticks."""
    names = {*target.signature.parameters, *target.also}
    names |= set(re.split(r"\W+", name)) if isinstance(name, str) else set()
    names.add("csv")  # a file that was given
    # a check that is told to say an empty name says it, between two backticks
    return any(set(re.split(r"\W+", part)) & names for part in re.findall(r"`([^`]*)`", words))


def outcome(target: Target, recorded: Recorded, call: Call) -> tuple[str, str]:
    """Make a call and say what came of it, with the words of an error."""
    given = {name: pickle.loads(text) for name, text in recorded.items()}
    try:
        given[call.parameter] = changed_value(given[call.parameter], call.change)
    except Exception:  # there is no such variant of this value, an integer as float32 and so on
        return "no such value", ""
    before = [a.copy() for a in _arrays(given)]
    positional, named = [], {}
    for name, parameter in target.signature.parameters.items():
        if name not in given:
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            try:
                positional += islice(given[name], 10**4)
            except TypeError:
                return "no such value", ""
        elif parameter.kind is parameter.VAR_KEYWORD:
            named |= given[name] if isinstance(given[name], dict) else {}
        elif parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = given[name]
        else:
            positional.append(given[name])

    def late(*_: object) -> None:
        raise TooLong

    signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS, 0.2)
    try:
        with (
            warnings.catch_warnings(record=True) as told,
            contextlib.redirect_stdout(io.StringIO()),
        ):
            warnings.simplefilter("always")
            result = target.call(*positional, **named)
            if inspect.isgenerator(result):
                result = [part for part, _ in zip(result, range(1000), strict=False)]
    except TooLong:
        return ("as long as asked" if call.parameter in REPETITIONS else "too long"), ""
    except Exception as error:
        kind = right_kind(target.hints.get(call.parameter, object), given[call.parameter])
        return _judge(error, target, kind=kind, name=given.get("name"))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    mine = list(_numbers([given[call.parameter]]))  # what is handed through was not computed
    numbers = [n for n in _numbers(result) if not any(n is m for m in mine)]
    with np.errstate(all="ignore"):
        bad = any(not np.isfinite(part).all() for part in _numbers(given[call.parameter]))
        if bad and "ValueError" not in target.doc:
            return "nothing promised", ""
        if any(np.isnan(number).any() for number in numbers):
            return "NaN out", str(result)[:200]
        infinite = any(np.isinf(number).any() for number in numbers)
    docs = target.doc + (inspect.getdoc(type(result)) or "")
    if infinite and not re.search("infin|inf\\b", docs):
        return "infinity out", str(result)[:200]
    after = list(_arrays(given))
    if any(
        a.shape != b.shape or a.tobytes() != b.tobytes()
        for a, b in zip(before, after, strict=False)
    ):
        return "argument changed", ""
    heard = [w for w in told if issubclass(w.category, RuntimeWarning)]
    if heard:
        return "warning", str(heard[0].message)
    return "returned", ""


def _judge(error: Exception, target: Target, *, kind: bool, name: object) -> tuple[str, str]:
    """kind: the changed argument is of the kind asked for. name: what a check is told to say."""
    words = f"{type(error).__name__}: {error}"[:300]
    if type(error).__module__.startswith("nonlocality"):
        return "own error", words
    if isinstance(error, ValueError) and _named(str(error), target, name):
        return "refused by name", words
    if type(error) is SystemError:
        return "SystemError", words
    if type(error).__name__ in target.doc and type(error) is not ValueError:
        return "named in the docstring", words
    if "ValueError" not in target.doc:
        return "nothing promised", words
    if isinstance(error, TypeError | AttributeError | ValueError | RecursionError) and not kind:
        return "wrong kind", words
    return (
        "ValueError without a name" if type(error) is ValueError else type(error).__name__
    ), words


def _work(found: list[Target], calls: dict[str, list[Recorded]], todo: list[Call], pipe) -> None:
    """In a process of its own: make calls, and send what came of each."""
    os.chdir(tempfile.mkdtemp())
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    by_name = {target.name: target for target in found}
    for call in todo:
        pipe.send(None)
        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + 4 * SECONDS) + 2, hard))
        try:
            made = outcome(by_name[call.target], calls[call.target][call.number], call)
        except MemoryError:
            made = "MemoryError", "outside of the call"
        pipe.send(made)
    pipe.close()


def run(
    found: list[Target], calls: dict[str, list[Recorded]], todo: list[Call]
) -> list[tuple[Call, str, str]]:
    """Make all calls, in a new process after each that dies."""
    made: list[tuple[Call, str, str]] = []
    context = multiprocessing.get_context("fork")
    while len(made) < len(todo):
        here, there = context.Pipe(duplex=False)
        rest = todo[len(made) : len(made) + 400]
        worker = context.Process(target=_work, args=(found, calls, rest, there))
        worker.start()
        there.close()
        begun = 0
        try:
            while True:
                told = here.recv()
                if told is None:
                    begun += 1
                else:
                    made.append((todo[len(made)], *told))
                    begun -= 1
        except EOFError:
            pass
        worker.join()
        if begun:
            call = todo[len(made)]
            words = f"exit code {worker.exitcode}"
            kind = "process died"
            if worker.exitcode == -signal.SIGXCPU:  # in a library that Python cannot interrupt
                kind = "as long as asked" if call.parameter in REPETITIONS else "too long"
            made.append((call, kind, words))
    return made


def recorded(
    found: list[Target], docs: list[doctest.DocTest]
) -> tuple[dict[str, list[Recorded]], dict[str, list[str]]]:
    """Valid calls of public functions, from docstrings; and who has none, by the reason."""
    recorder = Recorder(found)
    recorder.run(docs)
    calls = {name: calls for name, calls in recorder.calls.items() if calls}
    missing: dict[str, list[str]] = {}
    for target in sorted(found, key=lambda target: target.name):
        if target.name not in calls:
            missing.setdefault(_why_not(target, recorder.refused), []).append(target.name)
    return calls, missing


def _why_not(target: Target, refused: dict[str, str]) -> str:
    """Why a target is not called."""
    names = [name for name in target.signature.parameters if name not in ("self", "cls")]
    if not names and target.name not in refused:
        return "no argument to be changed"
    for kind, pattern in NOT_CALLED.items():
        if re.fullmatch(pattern, target.name):
            return kind
    return refused.get(target.name, "no example in a docstring that calls it")


def report(
    found: list[Target], calls: dict, made: list[tuple[Call, str, str]], *, show: int
) -> str:
    """Counts by outcome, and examples of what must not be."""
    counts = Counter(kind for _, kind, _ in made)
    lines = [f"{len(made)} calls of {len(calls)} of {len(found)} public names"]
    lines += [f"{count:7d} {kind}" for kind, count in counts.most_common()]
    for kind in counts:
        if kind not in FINE:
            lines.append(f"\n{kind}:")
            lines += [f"  {c} {words}" for c, k, words in made if k == kind][:show]
    return "\n".join(lines)


def main() -> None:
    """Read the command line and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10**6, help="examples of each kind")
    parser.add_argument("--part", default="1/1", help="such as 2/5: the second fifth of the calls")
    parser.add_argument("--every", type=int, default=1, help="of so many docstrings one is run")
    parser.add_argument("--only", default="", help="targets whose name matches")
    given = parser.parse_args()
    found = targets()
    docs = [doc for doc in docstrings() if crc32(doc.name.encode()) % given.every == 0]
    calls, missing = recorded(found, docs)
    calls = {name: kept for name, kept in calls.items() if re.search(given.only, name)}
    todo = plan(calls, calls=given.calls, seed=given.seed)
    part, parts = map(int, given.part.split("/"))
    todo = todo[part - 1 :: parts]
    made = run(found, calls, todo)
    print(report(found, calls, made, show=given.show))
    if given.every == 1 and not given.only:
        for reason, names in missing.items():
            print(f"\n{len(names)} not called, {reason}: {', '.join(names)}")
    sys.exit(any(kind not in FINE for _, kind, _ in made))


if __name__ == "__main__":
    main()
