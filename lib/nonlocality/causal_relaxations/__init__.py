"""How much of Bell's causal assumptions must go: the chapter on arXiv:1411.4648.

====================== ============================================================
dags                   Fig. 1: the graphs, and what they forbid
influence_programs     eqs. (4), (29), (32): the program for the least influence
influence              its calls; Table I, eqs. (7), (36), Fig. 2
communication          eq. (9): the entropy of a message, and its influence
outcome_communication  eq. (10): Alice's outcome heard
measurement_dependence eq. (11), Theorem 6: freedom of choice given up
dependence_of_links    eq. (11) for every d, by the links of CGLMP
tradeoff               Theorem 7: influence when some freedom is given up too
hall_measure           "Measurement dependence models": Hall's measure
mutual_information     Fig. 3: the same in bits
singlet                0.0663 and 0.0463: what a singlet costs
informative_states     which state needs the most bits
ghz                    the GHZ correlations, of any number of parties
perfect_games          games that are always won: the magic square
swapping               eqs. (54)–(55): entanglement swapping
bilocal_bounds         the law behind Fig. 5, and the bilocality inequality
bilocality             Figs. 4 and 5: two sources that are not independent
duality                Theorem 6, Proposition 9: the programs in standard form
proofs                 the certificates of the chapter, made from models and dual points
pictures               the graphs, the ring, the pyramid and the blocks, drawn
====================== ============================================================
"""

import lazy_loader

# fmt: off
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "bilocal_bounds": [
            "bilocality_correlators", "check_swapping_scenario", "nonbilocality_bound",
            "nonbilocality_bound_of_pairs",
        ],
        "bilocality": ["Nonbilocality"],
        "communication": [
            "Message", "MessageInfluence", "message_vertices", "minimal_message",
            "minimal_message_influence",
        ],
        "dags": ["dag", "independences", "independent", "observable_independences", "statement"],
        "dependence_of_links": [
            "dependence_from_value", "dependence_functional", "optimal_model",
            "symmetric_dependence", "symmetric_dependence_given_value",
        ],
        "duality": ["StandardForm", "direction_outside_the_kernel", "standard_form"],
        "ghz": [
            "behaviour_ghz", "ghz_dependence_of_parties", "ghz_information", "ghz_model",
            "ghz_share", "ghz_wins", "ghz_witness",
        ],
        "hall_measure": [
            "HallDependence", "hall_dependence", "hall_dependence_from_value",
            "minimal_hall_dependence",
        ],
        "influence": [
            "DualVertex", "influence_vertices", "minimal_influence",
            "minimal_influence_given_value",
        ],
        "influence_programs": ["Influence", "InfluenceProgram", "listening"],
        "informative_states": [
            "InformativeState", "link_operator", "most_informative_state", "search_two_qubits",
        ],
        "measurement_dependence": [
            "Dependence", "DependentModel", "dependence", "input_distribution",
            "least_dependence", "minimal_dependence", "minimal_dependence_given_value",
            "program_size", "seen_of_inputs",
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
        "perfect_games": ["PerfectGame", "magic_square", "perfect_game"],
        "pictures": ["draw", "draw_blocks", "draw_pyramid", "draw_ring"],
        "proofs": [
            "direction_proof", "dual_region_proof", "facet_proof", "ghz_proof", "link_proof",
            "nonbilocality_proof", "outcome_curve_proof", "proof", "tradeoff_proof",
            "write_proofs",
        ],
        "singlet": [
            "chained_bits", "enclosed_singlet_bits", "isotropic_singlet_bits",
            "largest_singlet_bits", "singlet_bits", "singlet_bounds",
        ],
        "swapping": [
            "behaviour_of_model", "behaviour_swapping", "behaviour_swapping_formula",
            "nonbilocality_of_model", "swapping_model", "swapping_model_xyz", "swapping_table",
        ],
        "tradeoff": [
            "Tradeoff", "influence_dependence_tradeoff", "minimal_influence_given_dependence",
        ],
    },
)
# fmt: on
