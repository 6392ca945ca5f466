"""Nonlocality, Recomputed: the helper library of the book.

One file a topic, each knowing only the floors below it:

- :mod:`nonlocality.quantum`, :mod:`nonlocality.behaviours`: states, measurements, the
  tables p(ab|xy);
- :mod:`nonlocality.optimise`: the one door to the solvers;
- :mod:`nonlocality.inequalities`, :mod:`nonlocality.strategies`,
  :mod:`nonlocality.polytopes`: Bell expressions, deterministic strategies, exact vertices;
- :mod:`nonlocality.causal`: relaxations of locality and bilocality;
- :mod:`nonlocality.claims`, :mod:`nonlocality.figures`, :mod:`nonlocality.explore`: the
  ledger, the pictures, the sliders.

Nothing heavy is imported here: solvers are loaded by the first call that needs one.
"""

from nonlocality.behaviours import Behaviour

__all__ = ["Behaviour"]
__version__ = "0.1.0"
