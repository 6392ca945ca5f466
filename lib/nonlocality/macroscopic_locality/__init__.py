"""What survives when detectors see only intensities: the chapter on arXiv:0907.0372.

================== ==============================================================
intensities        Secs. II, III: N pairs at once
gaussian_limit     how fast one intensity, or two together, become Gaussian
resolution         Secs. I, II: worse detectors, and what stays local
membership         where a behaviour lives, and by which inequality
moments            (4)–(6), (A1)–(A7): level 1, which is Q1, and level 1+AB
radii              how far one can go inside a level
projector_words    words of projectors, party by party
structure          which moment stands where
symmetric_moments  fewer moments where renaming leaves the Bell expression alone
moment_models      Sec. IV: moment matrices of quantum models
three_parties      Sec. IV: more than two parties, and conditional correlations
wirings            Fig. 3, App. B: boxes wired together
decision_trees     Fig. 3, App. B: what a party does with its boxes
wired_certificates App. B: the certificate of closure
distillation       Fig. 3: protocols and the best wiring of two boxes
correlators        (10), (11): two settings, two outcomes
principles         Introduction: information causality, communication complexity
tilted_chsh        after (11): where Q1 goes beyond quantum theory
games              how far a behaviour is from a set
proofs             from dual points to certificates in integers
volumes            how large the sets are
slices             maps of the sets
slice_planes       the two planes of the maps
front_map          the map of the front page
quantum_models     the quantum set from inside
cglmp_moments      Fig. 4: CGLMP over Q1, in closed form
cglmp_quantum      Fig. 4: CGLMP over quantum theory, from above, and for large d
tsirelson          App. C: models of correlators
tsirelson_bounds   the largest value in correlators, for many settings
pictures           Figs. 1–3, drawn
================== ==============================================================
"""

import lazy_loader

# fmt: off
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "cglmp_moments": [
            "LinkMaximum", "departure", "link_margin", "link_moments", "link_scores",
            "macroscopic_asymptote", "macroscopic_bound", "macroscopic_links",
            "macroscopic_maximum", "macroscopic_multipliers", "maximise_macroscopic",
        ],
        "cglmp_quantum": ["maximise_quantum", "quantum_asymptote"],
        "correlators": [
            "CorrelatorSample", "gamma2_norm_two_settings", "macroscopic_margin", "margin_of",
            "normalised_correlators", "observable_correlators", "tlm_excess",
            "uniform_no_signalling",
        ],
        "distillation": [
            "BestWiring", "adaptive_protocol", "behaviour_correlated_pr", "behaviour_cosines",
            "best_chsh_wiring", "extended_correlators", "parity_protocol", "two_box_strategies",
        ],
        "front_map": ["map_of_sets"],
        "games": ["GameDistance", "QuantumDistance", "game_distance", "quantum_distance"],
        "intensities": [
            "difference_covariance", "exact_covariance", "fluctuation_margin",
            "isotropic_margin", "isotropic_margin_error", "isotropic_margins",
            "sample_intensities", "sampled_correlations", "sampled_covariance",
        ],
        "gaussian_limit": ["gaussian_distance", "joint_gaussian_distance"],
        "membership": ["Place", "local_visibility", "places_of"],
        "moment_models": [
            "covariances_from_moments", "moment_matrix_quantum", "moments_from_covariances",
        ],
        "moments": [
            "Margin", "Maximum", "largest_smallest_eigenvalue", "margin", "margins", "maximise",
            "relaxation_name", "structure_of",
        ],
        "pictures": [
            "draw_macroscopic", "draw_microscopic", "draw_wiring", "polynomial",
            "wiring_functions",
        ],
        "proofs": ["integer_rows", "squares"],
        "quantum_models": ["best_links_behaviour", "best_two_qubit_behaviour"],
        "projector_words": [
            "PartyWords", "number_of_words", "party_words", "word_pairs", "word_products",
        ],
        "principles": [
            "isotropic_limits", "majority_amplifies", "majority_error",
            "random_access_information", "uffink_excess",
        ],
        "radii": ["Radius", "radius", "visibility"],
        "resolution": ["isotropic_masking_variance", "masking_variance"],
        "slices": ["Boundary", "Slice", "boundary", "memberships"],
        "slice_planes": ["slice_biased", "slice_links"],
        "structure": ["MomentStructure", "moment_structure"],
        "symmetric_moments": ["AllWords", "reduction", "renamings"],
        "three_parties": [
            "Condition", "behaviour_ghz_turned", "behaviour_xyz_box", "conditional_behaviours",
            "conditional_margin", "pair_margin",
        ],
        "tilted_chsh": [
            "behaviour_biased_tsirelson", "behaviour_tilted_macroscopic", "octagon_violation",
            "tilted_functional", "tilted_macroscopic_maximum", "tilted_quantum_maximum",
        ],
        "tsirelson": [
            "QuantumModel", "anticommuting_observables", "gamma2_norm", "gram_program",
            "quantum_model", "unit_vectors",
        ],
        "tsirelson_bounds": ["CorrelatorMaximum", "tsirelson_bound"],
        "volumes": [
            "facet_vertices", "macroscopic_reach", "nonlocal_fraction", "quantum_reach",
            "uniform_facet_points",
        ],
        "wired_certificates": [
            "OrderOneCertificate", "certificate_of", "identify_outcomes", "wire_certificates",
        ],
        "wirings": ["Wiring", "complete", "local_coin", "random_wiring", "wire"],
        "decision_trees": [
            "Output", "Path", "Use", "paths", "printed_strategy", "random_tree", "sequential",
        ],
    },
)
# fmt: on
