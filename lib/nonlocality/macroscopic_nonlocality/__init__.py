"""Bell inequalities violated by collective measurements: the chapter on Gallego and Dakić.

================= =================================================================
particles         what each particle meets: measurements of one qubit
dicke             Dicke states, their amplitudes at finite N
characteristic    (A3), (A6), (A7): characteristic functions
collective        (1)–(4): collective measurements of N particles
oscillator        wave functions, Laguerre functions, coherent states at any level
quadratures       (8)–(11): the limit, oscillator levels and quadratures
hermite_lemma     (A9), in exact polynomials
quadrature_chsh   App. B: ⟨B⟩ = 2√10/π, and better tests
binned_searches   searches for them, also with loss
finite_sizes      the same at finite N
sign_binning      CHSH from signs of noisy quadratures
sign_bounds       upper bounds, by branch and bound
parties           after (12): more than two parties
noise             (13), (C1)–(C9): loss, depolarising and dephasing noise
channels          any channel on every particle
exact_loss        loss as an exact fraction
heterodyne        where noise makes all quadratures one measurement
resolution        how coarse a reading must be for locality, α_c = 1/2
rotor_limit       (15), App. D: full coarse-graining, α = 1
rotor_signs       its signs, and CHSH before and in the limit
independent_pairs introduction: independent pairs are local
pair_parity       independent pairs read to the last particle
pictures          Fig. 1, and sketches
================= =================================================================
"""

import lazy_loader

# fmt: off
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "binned_searches": ["Search", "best_sign_test", "follow_loss", "polish", "see_saw"],
        "channels": ["amplitude_damping", "check_channel", "through_channel", "turn_about_y"],
        "characteristic": ["characteristic_elements", "limit_characteristic", "symmetric_powers"],
        "collective": [
            "CollectiveStatistics", "check_coefficients", "collective_operator",
            "collective_statistics",
        ],
        "dicke": ["check_levels", "dicke_amplitudes", "dicke_state"],
        "exact_loss": ["example_chsh_squared"],
        "finite_sizes": [
            "ChshAngles", "chsh_over_phases", "correlation_harmonics", "finite_chsh",
            "limit_chsh", "sign_response",
        ],
        "hermite_lemma": ["hermite_coefficients", "lemma_left", "lemma_right"],
        "heterodyne": ["heterodyne_elements", "husimi", "pair_efficiency"],
        "independent_pairs": [
            "chsh_gaussian", "chsh_majority", "chsh_majority_best", "gaussian_sign_correlator",
            "majority_correlator", "majority_excess", "majority_weights",
        ],
        "noise": ["attenuated", "dephased", "depolarised", "efficiency", "lossy"],
        "oscillator": ["coherent_amplitudes", "laguerre_functions", "wave_functions"],
        "pair_parity": [
            "best_bits", "chsh_parity", "chsh_parity_best", "chsh_square_wave", "pair_table",
        ],
        "particles": ["ParticleMeasurement", "spin_measurement"],
        "parties": ["mermin_ratio", "mermin_ratio_of_state"],
        "pictures": ["draw_collective_experiment", "draw_orders", "draw_split_beam"],
        "quadrature_chsh": [
            "BinnedQuadrature", "QuadratureTest", "apply_bell", "best_of_operators", "best_state",
            "check_ladder", "diagonal_sign_value", "operators",
        ],
        "quadratures": [
            "density_elements", "distance_to_limit", "half_line_elements", "limit_density",
            "response_operator", "sign_operator", "sign_overlap", "sign_product", "turned",
            "wigner_function",
        ],
        "resolution": [
            "distance_from_local", "largest_chsh_at_resolution", "padded_with_singlets",
            "resolution_bound",
        ],
        "rotor_limit": [
            "check_rotor_levels", "distance_to_rotor", "hidden_density", "hidden_outcome",
            "middle_amplitudes", "rotor_cumulative", "rotor_density", "rotor_joint_density",
            "spin_distribution",
        ],
        "rotor_signs": ["largest_chsh", "rotor_sign", "spin_sign"],
        "sign_binning": [
            "best_schmidt_chsh", "critical_efficiency", "critical_efficiency_of_levels",
            "critical_values", "example_chsh", "example_chsh_shifted", "example_chsh_uniform",
            "example_chsh_worst", "finite_sign_elements", "schmidt_chsh", "sign_elements",
            "uniform_noise_elements",
        ],
        "sign_bounds": ["sign_test_bound"],
    },
)
# fmt: on
