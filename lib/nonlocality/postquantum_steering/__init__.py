"""Steering beyond quantum theory: the chapter on arXiv:1505.01430.

================== ====================================================================
assemblages        (3), (4): assemblages of one and two untrusted parties
assemblage_models  assemblages of states and measurements, of behaviours, of a register
assemblage_tables  Tables I, II: assemblages in few matrices
realisation        (1)–(2): one untrusted party is always quantum
printed_tables     Tables I and II in fractions
moment_patterns    (22)–(29): words of projectors, and which blocks they link
moments            App. A: moment matrices of assemblages, the hierarchy (33)
rules              (22)–(29): the rules one by one
robustness         (30), (45): functionals, robustness against the almost-quantum set
functionals        (45): linear functions of an assemblage
functional_bounds  exact values over quantum theory and over hidden states
quantum_robustness white noise that makes an assemblage quantum, from both sides
hidden_states      App. B: local for all projective measurements
planar_states      hidden states of a real qubit at many settings
directions         App. B: polygons and polyhedra of measurements
local_assemblages  the local assemblages as a linear program
povm_lift          App. C: all measurements of a qutrit
descent            App. D: the search as printed
search             a see-saw in its place
exclusive          beyond the paper: assemblages that never fire together
proofs             from floats to certificates
exclusive_proofs   the same for assemblages that never fire together
pictures           Fig. 1 and theorem A, drawn
================== ====================================================================
"""

import lazy_loader

# fmt: off
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "assemblages": [
            "Assemblage", "assemblage_white_noise", "bloch_vector", "deterministic_strategies",
            "with_silent_charlie",
        ],
        "assemblage_models": ["assemblage_classical", "assemblage_product", "assemblage_quantum"],
        "assemblage_tables": [
            "assemblage_minimal", "assemblage_of_table", "check_minimal", "minimal_coordinates",
            "read_symmetric_table",
        ],
        "descent": [
            "Descent", "PrintedStep", "descend", "octagon_minimum", "printed_search",
            "printed_step",
        ],
        "exclusive": [
            "exclusive_assemblage", "exclusive_parts", "interpolation", "local_margin",
            "local_model_behaviour", "pythagorean_assemblage",
        ],
        "functional_bounds": [
            "QuantumBound", "bell_operators", "least_over_angles", "local_bound",
            "lowest_eigenvalues", "measurement_at", "on_circle", "quantum_bound",
        ],
        "hidden_states": [
            "LocalModel", "LocalVisibility", "hidden_state_visibility", "local_visibility",
        ],
        "planar_states": ["PlanarModel", "planar_hidden_states"],
        "directions": ["check_corners", "octagon_mixture", "polygon", "polyhedron"],
        "local_assemblages": ["best_local_assemblage", "distance_to_local"],
        "moment_patterns": ["Pattern", "moment_words", "quantum_pattern"],
        "moments": ["SteeringMoments", "steering_moments"],
        "pictures": [
            "bloch_figure", "draw_cones", "draw_elements", "draw_octagon", "draw_sets",
            "draw_steering",
        ],
        "povm_lift": ["filtered", "lift", "projective_mixture", "protocol"],
        "printed_tables": [
            "elements_of_table", "functional_of_table", "rounding_interval", "value_of_tables",
        ],
        "exclusive_proofs": [
            "lift_certificate", "model_certificate", "noise_certificate", "povm_certificate",
        ],
        "proofs": [
            "assemblage_certificate", "certificate_text", "decimal", "middle_notion_certificate",
            "minimal_functional", "proved_bound", "value_of_members", "with_sentence",
            "witness_certificate", "written",
        ],
        "quantum_robustness": ["QuantumRobustness", "quantum_white_noise_robustness"],
        "realisation": ["ghjw_realisation"],
        "robustness": [
            "FunctionalBound", "Robustness", "generalised_robustness", "minimise_functional",
            "white_noise_robustness",
        ],
        "functionals": ["check_functional", "functional_minimal", "functional_value", "in_units"],
        "rules": ["minimise_under_rules", "pattern_of_rules", "rule_links"],
        "search": [
            "SearchResult", "Step", "random_functional", "see_saw",
        ],
    },
)
# fmt: on
