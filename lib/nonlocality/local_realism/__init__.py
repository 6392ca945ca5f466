"""Why magnets look classical: the chapter on Ramanathan et al., local realism of
macroscopic correlations.

================== ==================================================================
effective_states   (3), (4): magnetisations and the effective state
full_correlations  (5): when correlations of K parties are local
monogamy           (6)–(9): the sum of squares that stays at 1
list_models        Sec. IV, (10): an explicit model
one_qubit_regions  Sec. IV: how tight it is, I3322
werner_states      Sec. V: rotationally invariant states
pauli_strings      App. A: sets of anticommuting strings
string_trees       Fig. 2, App. A: anticommuting strings from trees
draws              Sec. IV again: random disjoint blocks of particles
joint_measurements one measurement for all settings of a region
many_body          Secs. III, VI: M-body observables, and where they stop being local
varying_fields     end of Sec. II: fields that vary; spins that count unequally
no_signalling      Sec. IV: averages in theories without signalling
thermal_states     Sec. V: a Heisenberg magnet at a temperature
proofs             certificates made from numbers
recorded           what averages leave out: recorded outcomes
pictures           Figs. 1 and 2, drawn
================== ==================================================================
"""

import lazy_loader

# fmt: off
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "effective_states": [
            "averaged_state", "check_generator", "check_sizes", "correlation_tensor",
            "effective_state", "magnetisation", "spin", "symmetric_states",
        ],
        "full_correlations": [
            "correlations_of_model", "local_model", "locality_sum", "planar_correlations", "walsh",
        ],
        "list_models": ["ListModel", "list_model", "local_settings"],
        "monogamy": [
            "Enclosure", "correlation_sum", "joint_range", "largest_correlation_sum", "see_saw",
            "worst_case",
        ],
        "one_qubit_regions": [
            "Violation", "effective_operator", "i3322_see_saw", "upper_bound",
        ],
        "pauli_strings": ["StringSet"],
        "string_trees": [
            "binary_tree", "binary_tree_qubits", "fewest_qubits", "folded_tree",
            "regions_of_trees", "tree_formula",
        ],
        "draws": [
            "Draws", "all_blocks", "chain_draws", "lattice_draws", "subset_draws",
            "two_settings_can_be_drawn", "weighted_draws",
        ],
        "joint_measurements": ["mean_measurement", "on_particles", "parent_measurement"],
        "many_body": [
            "BodyViolation", "Region", "block_average", "body_see_saw", "plane_chsh",
            "plane_observable", "plane_of",
        ],
        "no_signalling": ["largest_mean", "mean_functional", "no_signalling_equations"],
        "pictures": ["draw_lists", "draw_regions", "draw_tree"],
        "proofs": [
            "i3322_certificate", "list_certificate", "parity_certificate", "plane_certificate",
        ],
        "recorded": [
            "binned_reading", "largest_chsh", "linear_reading", "parity_angles", "parity_state",
            "reading_operator",
        ],
        "thermal_states": [
            "magnet_levels", "region_visibility", "ring_correlations", "spin_multiplicity",
            "thermal_visibility",
        ],
        "varying_fields": [
            "FieldViolation", "check_weights", "field_magnetisation", "field_see_saw",
            "two_spin_sum", "weighted_worst_case",
        ],
        "werner_states": [
            "Threshold", "Visibilities", "exact_visibilities", "largest_visibility",
            "smallest_region", "visibility", "visibility_levels",
        ],
    },
)
# fmt: on
