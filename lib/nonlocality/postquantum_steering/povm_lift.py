"""From all projective measurements of a qubit to all measurements of a qutrit.

App. C of arXiv:1505.01430, after Hirsch, Quintino, Bowles and Brunner: if σ is local for every
two-outcome measurement then σ' = σ/3 + (2/3) tr(σ)|2⟩⟨2| (eq. (41)) is local for every POVM. Here
for any dimension d, with the new level |d⟩: σ' = (σ + d tr(σ)|d⟩⟨d|)/(d + 1).

σ' is a direct sum, and so is its moment matrix; mixed with white noise of weight t its first
block is, for qubits, σ with white noise of the weight 2t/(1 + t). Hence the
white-noise robustness of the lift is t' = t/(2 − t) if that of the qubits is t.
"""

import numpy as np

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.checks import TOLERANCE, complex_array
from nonlocality.foundations.quantum import check_measurement
from nonlocality.postquantum_steering.assemblages import Assemblage


def lift(assemblage: Assemblage) -> Assemblage:
    """σ' = (σ + d tr(σ)|d⟩⟨d|)/(d + 1), of dimension d + 1; eq. (41) of arXiv:1505.01430.

    >>> lift(Assemblage(np.full((1, 1, 2, 2), 0.5))).reduced.diagonal()
    array([0.16666667, 0.16666667, 0.66666667])
    """
    d, elements = assemblage.dimension, assemblage.elements
    lifted = np.pad(elements, [(0, 0)] * (elements.ndim - 2) + [(0, 1), (0, 1)])
    lifted[..., d, d] = d * np.trace(elements, axis1=-2, axis2=-1)
    return Assemblage(lifted / (d + 1))


def filtered(assemblage: Assemblage, operator: np.ndarray) -> Assemblage:
    """F σ F† / tr(F ρ_A F†): what is left if Alice's filter F, shape (k, d), lets her system pass.

    All elements are divided by the same number, the probability to pass. (App. C of
    arXiv:1505.01430 prints tr(F σ_{bc|yz} F†), which is p(bc|yz) times another constant: elements
    divided by it are states, and no assemblage.)
    Raises ValueError for another shape, for F†F beyond 𝟙, or if nothing passes.

    >>> steered = Assemblage(np.full((1, 1, 2, 2), 0.5))
    >>> bool(np.allclose(filtered(lift(steered), np.eye(2, 3)).elements, steered.elements))
    True
    """
    f = complex_array("operator", operator)
    if f.ndim != 2 or f.shape[1] != assemblage.dimension or not f.size:
        raise ValueError(
            f"Argument `operator` must have shape (k, {assemblage.dimension}), but has shape "
            f"{f.shape}."
        )
    norm = np.linalg.norm(f, 2)
    if norm > 1 + TOLERANCE:
        raise ValueError(f"Argument `operator` must have a norm of at most 1, but has {norm:.6g}.")
    passed = f @ assemblage.elements @ f.conj().T
    probability = np.trace(f @ assemblage.reduced @ f.conj().T).real
    if probability <= TOLERANCE:
        raise ValueError("Argument `operator` must let the system pass, but it never does.")
    return Assemblage(passed / probability)


def protocol(assemblage: Assemblage, povm: np.ndarray) -> Behaviour:
    """What Alice's protocol gives for POVMs on the lifted space, from two-outcome statistics alone.

    povm: ``[x, a, i, j]`` of dimension d + 1, each element α_a times a projector Π_a of rank 1
    (every POVM is a coarse-graining of such). Alice draws a with probability α_a/(d + 1) and
    measures {Π_a, 𝟙 − Π_a} on σ. On the first outcome she answers a; on the second she draws
    her answer a' with probability ⟨d|E_a'|d⟩. Where the statistics of all two-outcome measurements
    are local so is what comes out, as she only adds randomness of her own; and it is the behaviour
    of `povm` on :func:`lift`.
    Raises ValueError for another dimension or an element of higher rank.

    >>> steered = Assemblage(np.full((1, 1, 2, 2), 0.5))
    >>> basis = np.eye(3)[None, :, :, None] * np.eye(3)
    >>> protocol(steered, basis).table[:, 0, 0, 0]
    array([0.16666667, 0.16666667, 0.66666667])
    """
    effects = check_measurement("povm", povm)
    d = assemblage.dimension
    if effects.shape[-1] != d + 1:
        raise ValueError(
            f"Argument `povm` must have dimension {d + 1}, but has {effects.shape[-1]}."
        )
    weights = np.trace(effects, axis1=-2, axis2=-1).real
    second = np.linalg.eigvalsh(effects)[..., -2].max()
    if second > TOLERANCE:
        raise ValueError(
            "Argument `povm` must hold elements of rank 1, but one has the second eigenvalue "
            f"{second:.3g}."
        )
    tables = []
    for alphas, elements in zip(weights, effects, strict=True):
        table = np.zeros((len(alphas), *assemblage.outcomes, *assemblage.settings))
        for a in np.flatnonzero(alphas > TOLERANCE):
            yes = _statistics(assemblage, elements[a] / alphas[a])
            no = np.trace(assemblage.elements, axis1=-2, axis2=-1).real - yes
            table[a] += alphas[a] / (d + 1) * yes
            table += alphas[a] / (d + 1) * np.multiply.outer(elements[:, d, d].real, no)
        tables.append(table)
    return Behaviour(np.moveaxis(tables, 0, 1 + assemblage.parties))


def _statistics(assemblage: Assemblage, projector: np.ndarray) -> np.ndarray:
    """tr(Π σ) of a projector on the lifted space, from projective measurements of σ."""
    d = assemblage.dimension
    weights, projectors = projective_mixture(projector[:d, :d])
    return np.einsum("k,kij,...ji->...", weights, projectors, assemblage.elements).real


def projective_mixture(effect: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """An effect 0 ⪯ E ⪯ 𝟙 as a mixture Σ w_k P_k of d + 1 projectors, of rank d, d − 1, …, 0.

    So {E, 𝟙 − E} is a projective two-outcome measurement drawn at random, where those of rank d
    and 0 are trivial: they answer without looking. (App. C of arXiv:1505.01430 calls the
    restriction of a projective measurement to a subspace "noisy"; it is not of the form of
    eq. (37), with w_d = w_0: the projector on |0⟩ + |2⟩ becomes |0⟩⟨0|/2.)
    Returns the weights, adding up to 1, and the projectors, (d + 1, d, d).
    Raises ValueError for a matrix that is no effect.

    >>> projective_mixture(np.diag([0.5, 0.25]))[0]
    array([0.25, 0.25, 0.5 ])
    """
    matrix = complex_array("effect", effect)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"Argument `effect` must have shape (d, d), but has {matrix.shape}.")
    pair = np.array([matrix, np.eye(len(matrix)) - matrix])[None]
    values, vectors = np.linalg.eigh(check_measurement("effect", pair)[0, 0])  # increasing
    steps = np.diff(np.concatenate([[0.0], np.clip(values, 0, 1), [1.0]]))
    ranks = [vectors[:, k:] @ vectors[:, k:].conj().T for k in range(len(values) + 1)]
    return steps, np.array(ranks)
