"""The eight forms of CHSH, and the eight ways to read each of them off frequencies.

For behaviours that do not signal, S, Clauser and Horne's form and Eberhard's are one inequality.
Frequencies signal a little, and then each reading has a value and an error of its own.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.likelihood import coordinates
from nonlocality.foundations.checks import shown
from nonlocality.foundations.inequalities import correlator_functional

NAMES = tuple(f"{sign}{x}{y}" for sign in "+-" for x in "01" for y in "01")
"""Sign and place of the minus: "+11" is E00 + E01 + E10 − E11, "-11" its negative."""


def check_form(form: str) -> str:
    """Return a name of :data:`NAMES`; ValueError for anything else.

    >>> check_form("+11")
    '+11'
    """
    if form not in NAMES:
        raise ValueError(
            f"Argument `form` must be one of {', '.join(NAMES)}, but is {shown(form)}."
        )
    return form


def form_correlators(form: str) -> np.ndarray:
    """S of a form as a table ``[a, b, x, y]`` of ±1, at most 2 for local behaviours.

    >>> int((form_correlators("+11") * np.ones((2, 2, 2, 2))).sum())
    0
    """
    sign, x, y = check_form(form)
    places = np.ones((2, 2), dtype=int)
    places[int(x), int(y)] = -1
    return correlator_functional(places if sign == "+" else -places)


def form_excess(form: str) -> np.ndarray:
    """c of a form as a table ``[a, b, x, y]``: (S − 2)/4 of a behaviour that does not signal.

    Clauser and Horne's p(00|00) + p(00|01) + p(00|10) − p(00|11) − p_A(0|0) − p_B(0|0), eq. (8)
    of arXiv:1411.4648, relabelled. Its terms are as small as the detections are rare, so that no
    digit is lost at S − 2 = 1e-5.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> float((form_excess("+11") * behaviour_pr_box().table).sum())
    0.5
    """
    sign, x, y = check_form(form)
    table = np.zeros((2, 2, 2, 2), dtype=int)
    table[0, 0] = [[1, 1], [1, -1]]
    table[0, :, 0, 0] -= 1
    table[:, 0, 0, 0] -= 1
    table = table[:, :, :: 1 if x == "1" else -1, :: 1 if y == "1" else -1]
    return table if sign == "+" else table[:, ::-1]


@lru_cache(maxsize=8)
def eberhard_readings(form: str) -> tuple[np.ndarray, ...]:
    """The eight tables ``[a, b, x, y]`` with one +1 and three −1 that read c of a form.

    For "+11" the first is J = p(00|00) − p(01|01) − p(10|10) − p(00|11), Eberhard's; the others
    arise from it by relabellings that leave S as it is.

    >>> len(eberhard_readings("+11")), eberhard_readings("+11")[0][0, 0].tolist()
    (8, [[1, 0], [0, -1]])
    """
    basis = coordinates((2, 2), (2, 2))
    wanted = form_excess(form).ravel()
    base = np.zeros((2, 2, 2, 2), dtype=int)
    base[0, 0, 0, 0], base[0, 1, 0, 1], base[1, 0, 1, 0], base[0, 0, 1, 1] = 1, -1, -1, -1
    found = []
    for flips in np.ndindex(2, 2, 2, 2, 2, 2):  # outcomes at x, x', y, y'; both settings
        table = base.copy()
        for k in range(2):
            if flips[k]:
                table[:, :, k, :] = table[::-1, :, k, :]
            if flips[2 + k]:
                table[:, :, :, k] = table[:, ::-1, :, k]
        table = table[:, :, :: 1 - 2 * flips[4], :: 1 - 2 * flips[5]]
        same = np.array_equal(table.ravel() @ basis.slopes, wanted @ basis.slopes)
        if same and table.ravel() @ basis.constant == wanted @ basis.constant:
            found.append(table)
    return tuple(found)


@dataclass(frozen=True)
class Form:
    """One form of CHSH as read off frequencies.

    name: of :data:`NAMES`. s, s_error: Σ ± E and its error. j, j_error: Eberhard's reading and
    its error. readings: the eight values of J. reading_errors: theirs.
    """

    name: str
    s: float
    s_error: float
    j: float
    j_error: float
    readings: tuple[float, ...]
    reading_errors: tuple[float, ...]


def chsh_forms(counts: Counts) -> list[Form]:
    """All eight forms of CHSH with their errors, in the order of :data:`NAMES`.

    The errors are multinomial for the given number of trials at each pair of settings; the errors
    of correlators are √((1 − E²)/N). Raises ValueError for other than two settings and outcomes.

    >>> delft = Counts([[[[23, 33], [22, 4]], [[3, 11], [10, 20]]],
    ...                 [[[4, 5], [6, 21]], [[23, 30], [24, 6]]]])
    >>> form = chsh_forms(delft)[NAMES.index("+11")]
    >>> print(f"{form.s:.3f} ± {form.s_error:.3f}, {form.j:.3f} ± {form.j_error:.3f}")
    2.422 ± 0.204, 0.120 ± 0.095
    """
    require_chsh(counts)
    f, totals = counts.frequencies(), counts.setting_counts
    correlators = np.einsum("abxy,ab->xy", f, [[1, -1], [-1, 1]])
    s_error = float(np.sqrt(((1 - correlators**2) / totals).sum()))
    forms = []
    for name in NAMES:
        tables = eberhard_readings(name)
        values = tuple(float((table * f).sum()) for table in tables)
        errors = tuple(_error(table, f, totals) for table in tables)
        s = float((form_correlators(name) * f).sum())
        forms.append(Form(name, s, s_error, values[0], errors[0], values, errors))
    return forms


def _error(table: np.ndarray, f: np.ndarray, totals: np.ndarray) -> float:
    """Standard error of Σ table · f, the totals given."""
    mean = (table * f).sum(axis=(0, 1))
    square = (table**2 * f).sum(axis=(0, 1))
    return float(np.sqrt(((square - mean**2) / totals).sum()))


def require_chsh(counts: Counts) -> None:
    """Raise ValueError for counts of other than two parties, settings and outcomes.

    >>> require_chsh(Counts([[[[1]]]]))
    Traceback (most recent call last):
    ...
    ValueError: Argument `counts` must have two settings and outcomes a party, but has (1, 1, 1, 1).
    """
    if counts.table.shape != (2, 2, 2, 2):
        raise ValueError(
            "Argument `counts` must have two settings and outcomes a party, but has "
            f"{counts.table.shape}."
        )
