"""Macroscopic locality survives wiring: the certificate, vector by vector.

A behaviour is macroscopically local if vectors v_I, v_(x,a), v_(y,b) exist with v_I·v_I = 1,
v_I·v_(x,a) = P(a|x), v_I·v_(y,b) = P(b|y), v_(x,a)·v_(y,b) = P(ab|xy), and, for the outcomes of
one setting, v_(x,a)·v_(x,a') = δ_aa' P(a|x): their Gram matrix is a certificate of order 1,
eqs. (A1)–(A2) of arXiv:0907.0372. Tensor products of such vectors along the branches of a wiring
are such vectors for the effective behaviour: Appendix B.
"""

from collections.abc import Iterable, Sequence
from math import prod

import numpy as np

from nonlocality.foundations.behaviours import Behaviour, as_behaviour, as_behaviours
from nonlocality.foundations.checks import counts, finite_array, whole_numbers
from nonlocality.foundations.results import result
from nonlocality.macroscopic_locality.moments import margin
from nonlocality.macroscopic_locality.wirings import Wiring


@result
class OrderOneCertificate:
    """Vectors whose scalar products are a certificate of order 1: eqs. (A1), (A2), (B1).

    unit: v_I, shape (r,). alice: v_(x,a), shape (m_x, o_A, r). bob: shape (m_y, o_B, r).
    An outcome that a setting does not have is the vector 0.
    Raises ValueError for other shapes, or entries that are not finite.

    >>> from nonlocality.foundations.born import behaviour_tsirelson
    >>> box = behaviour_tsirelson().with_noise(visibility=0.9)
    >>> certificate_of(box).violation(box) < 1e-12
    True
    """

    unit: np.ndarray
    alice: np.ndarray
    bob: np.ndarray

    def __post_init__(self) -> None:
        """Check the vectors."""
        unit, alice, bob = (
            finite_array(name, getattr(self, name)) for name in ("unit", "alice", "bob")
        )
        if unit.ndim != 1 or not unit.size:
            raise ValueError(
                f"Argument `unit` must have shape (r,) with r > 0, but has shape {unit.shape}."
            )
        for name, vectors in (("alice", alice), ("bob", bob)):
            if vectors.ndim != 3 or not vectors.size or vectors.shape[2] != unit.size:
                raise ValueError(
                    f"Argument `{name}` must have shape (settings, outcomes, {unit.size}), but "
                    f"has shape {vectors.shape}."
                )
        for name, vectors in (("unit", unit), ("alice", alice), ("bob", bob)):
            object.__setattr__(self, name, vectors)

    @property
    def scenario(self) -> tuple[int, int, int, int]:
        """The shape of the tables that the certificate is for: (o_A, o_B, m_x, m_y)."""
        (m_x, o_a), (m_y, o_b) = self.alice.shape[:2], self.bob.shape[:2]
        return o_a, o_b, m_x, m_y

    @classmethod
    def from_matrix(
        cls, matrix: np.ndarray, *, outcomes: tuple[int, int], settings: tuple[int, int]
    ) -> "OrderOneCertificate":
        """Gram vectors of a moment matrix of level 1, as
        :mod:`nonlocality.macroscopic_locality.moments` writes it.

        Its rows are 1, then Alice's (x, a) without the last outcome of each setting, then Bob's;
        the last outcome gets the vector v_I − Σ_a v_(x,a). Eigenvalues below 0 are set to 0,
        which shows in :meth:`violation`. Raises ValueError for another shape, or numbers that are
        not two positive integers.
        """
        gamma = finite_array("matrix", matrix)
        outcomes = counts("outcomes", outcomes, length=2)
        settings = counts("settings", settings, length=2)
        rows = [m * (o - 1) for m, o in zip(settings, outcomes, strict=True)]
        if gamma.shape != (1 + sum(rows),) * 2:
            raise ValueError(
                f"Argument `matrix` must have {1 + sum(rows)} rows and columns, but has shape "
                f"{gamma.shape}."
            )
        values, vectors = np.linalg.eigh((gamma + gamma.T) / 2)
        keep = values > 0
        gram = vectors[:, keep] * np.sqrt(values[keep])
        sides = []
        for party, part in enumerate(np.split(gram[1:], [rows[0]])):
            first = part.reshape(settings[party], outcomes[party] - 1, gram.shape[1])
            last = gram[0] - first.sum(axis=1, keepdims=True)
            sides.append(np.concatenate([first, last], axis=1))
        return cls(gram[0], *sides)

    def matrix(self) -> np.ndarray:
        """γ, with rows 1, (x, a), (y, b): positive semidefinite, being a Gram matrix."""
        size = len(self.unit)
        rows = np.vstack([self.unit, self.alice.reshape(-1, size), self.bob.reshape(-1, size)])
        return rows @ rows.T

    def violation(self, behaviour: Behaviour) -> float:
        """How far the products are from what (A1) and (A2) ask of them, largest entry.

        1 for the unit, P(a|x) and P(b|y) beside it, P(ab|xy) in the off-diagonal block, and
        δ_aa' P(a|x) between outcomes of one setting. Raises ValueError for a behaviour of another
        number of settings or outcomes.
        """
        behaviour = as_behaviour(behaviour)
        _check_scenario("behaviour", self, behaviour)
        alice, bob = behaviour.marginal(0).T, behaviour.marginal(1).T
        gaps = [self.unit @ self.unit - 1]
        for vectors, chances in ((self.alice, alice), (self.bob, bob)):
            gaps.append(vectors @ self.unit - chances)
            blocks = vectors @ vectors.swapaxes(1, 2)
            gaps.append(blocks - chances[:, None, :] * np.eye(chances.shape[1]))
        products = np.einsum("xai,ybi->abxy", self.alice, self.bob)
        gaps.append(products - behaviour.table)
        return float(max(np.abs(gap).max() for gap in gaps))


def _check_scenario(name: str, certificate: OrderOneCertificate, behaviour: Behaviour) -> None:
    """Raise ValueError unless a certificate has a vector for each outcome of a behaviour."""
    shape = behaviour.table.shape
    if shape != certificate.scenario:
        raise ValueError(
            f"Argument `{name}` must have a table of shape {certificate.scenario}, as its "
            f"certificate has vectors, but has shape {shape}."
        )


def certificate_of(behaviour: Behaviour, *, solver: str = "clarabel") -> OrderOneCertificate:
    """A certificate from the semidefinite program of
    :func:`nonlocality.macroscopic_locality.moments.margin`.

    Exact to rounding for a behaviour inside the set, to the solver's residual on its boundary.
    Raises ValueError if the program proves that the behaviour is not macroscopically local.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> certificate_of(behaviour_pr_box())
    Traceback (most recent call last):
    ...
    ValueError: Argument `behaviour` must be macroscopically local, but each of its moment \
matrices has an eigenvalue of -0.0979 or less.
    """
    behaviour = as_behaviour(behaviour)
    found = margin(behaviour, level="1", solver=solver)
    if found.eigenvalue.surely_below(0):
        raise ValueError(
            "Argument `behaviour` must be macroscopically local, but each of its moment matrices "
            f"has an eigenvalue of {found.eigenvalue.upper:.3g} or less."
        )
    return OrderOneCertificate.from_matrix(
        found.matrix, outcomes=behaviour.outcomes, settings=behaviour.settings
    )


def wire_certificates(
    certificates: Sequence[OrderOneCertificate], boxes: Sequence[Behaviour], wiring: Wiring
) -> OrderOneCertificate:
    """The certificate of the wired behaviour: w = ⊗_k v_k along each path (App. B).

    Paths that announce the same outcome are added, which is Lemma 2 for vectors. Two paths of
    one tree run together until some box gives them different outcomes at the same setting; there
    the factors, and so the products, are orthogonal.
    Raises ValueError where certificates, boxes and wiring do not fit.

    >>> from nonlocality.foundations.born import behaviour_tsirelson
    >>> from nonlocality.macroscopic_locality.distillation import adaptive_protocol
    >>> from nonlocality.macroscopic_locality.wirings import wire
    >>> boxes = [behaviour_tsirelson().with_noise(visibility=0.9)] * 2
    >>> proof = wire_certificates([certificate_of(b) for b in boxes], boxes, adaptive_protocol())
    >>> proof.violation(wire(boxes, adaptive_protocol())) < 1e-12
    True
    """
    boxes = as_behaviours(boxes, name="boxes")
    if len(certificates) != len(boxes):
        raise ValueError(
            "Arguments `certificates` and `boxes` must have one entry a box, but have "
            f"{len(certificates)} and {len(boxes)}."
        )
    for k, (certificate, box) in enumerate(zip(certificates, boxes, strict=True)):
        _check_scenario(f"boxes[{k}]", certificate, box)
    sides = []
    for party, side in enumerate(wiring.paths(boxes)):
        ends = [(c.alice, c.bob)[party] for c in certificates]
        vectors = np.zeros(
            (len(side), wiring.outcomes[party], prod(len(c.unit) for c in certificates))
        )
        for setting, tree in enumerate(side):
            for path in tree:
                factors = (
                    end[x, a] for end, x, a in zip(ends, path.settings, path.outcomes, strict=True)
                )
                vectors[setting, path.output] += _tensor(factors)
        sides.append(vectors)
    return OrderOneCertificate(_tensor(c.unit for c in certificates), *sides)


def _tensor(factors: Iterable[np.ndarray]) -> np.ndarray:
    """Tensor product of vectors."""
    product = np.ones(1)
    for factor in factors:
        product = np.kron(product, factor)
    return product


def identify_outcomes(
    certificate: OrderOneCertificate, *, alice: np.ndarray, bob: np.ndarray
) -> OrderOneCertificate:
    """Lemma 2: outcomes with the same new label become one, and their vectors are added.

    alice: new label of outcome a at setting x, integers of shape (m_x, o_A); bob likewise.
    Raises ValueError for labels of another shape, or below 0.

    >>> from nonlocality.foundations.born import behaviour_tsirelson
    >>> found = certificate_of(behaviour_tsirelson().with_noise(visibility=0.9))
    >>> one = identify_outcomes(found, alice=[[0, 0], [0, 1]], bob=[[0, 1], [0, 1]])
    >>> round(float(one.alice[0, 0] @ one.unit), 9)
    1.0
    """
    ends = []
    for vectors, labels in ((certificate.alice, alice), (certificate.bob, bob)):
        new = whole_numbers("alice" if not ends else "bob", labels)
        if new.shape != vectors.shape[:2] or new.min() < 0:
            raise ValueError(
                f"Arguments `alice` and `bob` must hold labels from 0, one an outcome, here of "
                f"shape {vectors.shape[:2]}, but have shape {new.shape} or a label below 0."
            )
        merged = np.zeros((len(vectors), 1 + new.max(), vectors.shape[2]))
        for x, a in np.ndindex(vectors.shape[:2]):
            merged[x, new[x, a]] += vectors[x, a]
        ends.append(merged)
    return OrderOneCertificate(certificate.unit, *ends)
