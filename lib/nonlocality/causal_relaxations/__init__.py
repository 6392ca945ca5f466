"""How much of Bell's causal assumptions must go: the chapter on arXiv:1411.4648.

====================== ============================================================
dags                   Fig. 1: the graphs, and what they forbid
influence              influence between the parties; Table I, eqs. (7), (36), Fig. 2
communication          eq. (9): the entropy of a message
outcome_communication  eq. (10): Alice's outcome heard
measurement_dependence eq. (11), Theorem 6: freedom of choice given up
mutual_information     Fig. 3: the same in bits
ghz                    the GHZ correlations
swapping               eqs. (54)–(55): entanglement swapping
bilocality             Figs. 4 and 5: two sources that are not independent
pictures               the graphs, drawn
====================== ============================================================
"""

import lazy_loader

# fmt: off
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "bilocality": [
            "Nonbilocality", "bilocality_correlators", "nonbilocality_bound",
            "nonbilocality_bound_of_pairs",
        ],
        "communication": ["Message", "message_vertices", "minimal_message"],
        "dags": ["dag", "independences", "independent", "observable_independences", "statement"],
        "ghz": ["behaviour_ghz", "ghz_model", "ghz_witness"],
        "influence": [
            "DualVertex", "Influence", "InfluenceProgram", "influence_vertices",
            "minimal_influence", "minimal_influence_given_value",
        ],
        "measurement_dependence": [
            "Dependence", "DependentModel", "dependence", "dependence_from_value",
            "in_intervals", "input_distribution", "seen_of_inputs",
            "dependence_functional", "minimal_dependence", "minimal_dependence_given_value",
            "optimal_model", "program_size", "symmetric_dependence",
            "symmetric_dependence_given_value",
        ],
        "mutual_information": [
            "Strength", "affine_witness", "binary_divergence", "crossing", "information_from_value",
            "information_of_m_optimum", "link_strength", "pinsker_bound", "strength",
        ],
        "outcome_communication": [
            "correlator_corners", "correlator_symmetries", "instrumental_functional",
            "largest_quantum_value", "outcome_communication_functional", "search_quantum_value",
            "sum_of_squares",
        ],
        "pictures": ["draw"],
        "swapping": [
            "behaviour_of_model", "behaviour_swapping", "behaviour_swapping_formula",
            "nonbilocality_of_model", "swapping_model", "swapping_model_xyz",
        ],
    },
)
# fmt: on
