"""The workshop: what makes pages out of computations.

======= ===========================================================================
ledger  ``book/claims.toml``: what is printed, and the verdicts
records what a chapter's cell computed, beside what is printed
figures pictures and tables as inline SVG and HTML
sliders explorers with two lives: live widgets, precomputed frames
sphinx  the Sphinx extension
======= ===========================================================================
"""

import lazy_loader

# fmt: off
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "figures": ["Dataset", "Page", "in_book", "show", "subplots", "svg", "table"],
        "ledger": ["Claim", "check", "printed_table", "read_ledger", "verdict_of"],
        "records": ["Record", "box", "full_rows", "record"],
        "sliders": ["Slider", "explore", "progress"],
    },
)
# fmt: on
