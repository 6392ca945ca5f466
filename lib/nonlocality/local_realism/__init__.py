"""Why magnets look classical: the chapter on Ramanathan et al., local realism of
macroscopic correlations.

================== ================================================================
effective_states   (3), (4): magnetisations and the effective state
full_correlations  (5): when correlations of K parties are local
monogamy           (6)–(9): the sum of squares that stays at 1
list_models        Sec. IV, (10): an explicit model
one_qubit_regions  Sec. IV: how tight it is, I3322
werner_states      Sec. V: rotationally invariant states
pauli_strings      App. A: anticommuting strings from trees
pictures           Figs. 1 and 2, drawn
================== ================================================================
"""

import lazy_loader

# fmt: off
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "effective_states": [
            "averaged_state", "check_generator", "check_sizes", "correlation_tensor",
            "effective_state", "magnetisation", "spin",
        ],
        "full_correlations": [
            "correlations_of_model", "local_model", "locality_sum", "planar_correlations", "walsh",
        ],
        "list_models": ["ListModel", "list_model", "local_settings", "regions_allowed"],
        "monogamy": [
            "Enclosure", "correlation_sum", "joint_range", "largest_correlation_sum", "see_saw",
            "worst_case",
        ],
        "one_qubit_regions": [
            "UpperBound", "Violation", "effective_operator", "i3322_see_saw", "upper_bound",
        ],
        "pauli_strings": [
            "StringSet", "binary_tree", "fewest_qubits", "folded_tree", "tree_formula",
        ],
        "pictures": ["draw_regions", "draw_tree"],
        "werner_states": [
            "Threshold", "Visibilities", "exact_visibilities", "largest_visibility",
            "smallest_region", "visibility", "visibility_levels",
        ],
    },
)
# fmt: on
