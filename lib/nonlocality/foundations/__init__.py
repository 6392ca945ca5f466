"""The ground floor: what several chapters share.

=======
=================== =====================================================
checks              arguments: every error in one dialect
sizes               what is too large is refused before it is built
quantum             states, measurements, Pauli matrices, dilations
behaviours          tables p(ab…|xy…): checks, marginals, boxes
born                behaviours of states and measurements
forms               rounded tables, Collins–Gisin tables, correlators
inequalities        Bell expressions: CHSH, I3322, correlators
cglmp               the CGLMP expression and its behaviours
link_strategies     deterministic strategies by the values of their links
strategies          causal models, deterministic strategies, local bounds
polytopes           exact vertices, facets, sections
exact_numbers       integers of any size, fractions, floats as fractions
entropies           entropies and informations in bits
words               words of projectors, the algebra of moment matrices
linear_algebra      Kronecker products, ranks, bases of matrices
numbers             a number known from two sides
results             records that print in three lines
linear_programs     linear programs, by HiGHS
matrix_inequalities linear matrix inequalities
symmetries          permutations that leave a table alone, orbits, classes
invariant_programs  smaller programs where the cost has symmetries
semidefinite        semidefinite programs, by Clarabel or CVXOPT
clarabel_door       the first of their two doors
triangles           symmetric matrices as vectors, as it has them
cvxopt_door         the second
solvers             errors, tolerances and scales of all doors
random              random states and measurements
sweeps              many calls of one function, on many processors
dask_door           its way to joblib, with what a Dask cluster lacks
=================== =====================================================

It imports nothing of the chapters above it."""

import lazy_loader

# fmt: off
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "behaviours": [
            "Behaviour", "PartyTable", "as_behaviour", "as_behaviours", "behaviour_pr_box",
            "behaviour_white_noise", "check_table", "check_two_parties",
        ],
        "born": [
            "behaviour_cglmp", "behaviour_quantum", "behaviour_tsirelson", "cglmp_measurements",
        ],
        "cglmp": [
            "behaviour_from_links", "cglmp_bell_operator", "cglmp_coefficients",
            "cglmp_quantum_maximum", "cglmp_value", "cglmp_value_of_links", "check_links",
            "check_outcomes", "check_schmidt", "link_distributions", "link_values",
            "noisy_links", "optimal_links", "quantum_links",
        ],
        "checks": [
            "check_range", "complex_array", "counts", "finite_array", "finite_number",
            "in_interval", "in_intervals", "renamed", "shown", "whole_numbers",
        ],
        "entropies": ["binary_entropy", "mutual_information", "relative_entropy"],
        "exact_numbers": ["as_given", "exact_array", "exact_product", "roomy", "whole_digits"],
        "forms": [
            "behaviour_from_collins_gisin", "behaviour_from_correlators", "check_correlators",
            "collins_gisin", "normalised_behaviour", "one_point_correlators",
        ],
        "inequalities": [
            "behaviour_pr_box_3322", "chsh_correlator_value", "chsh_value", "chsh_values",
            "correlator_functional", "i3322_functional", "i3322_value", "signalling_functionals",
        ],
        "clarabel_door": ["Conic", "ask_clarabel", "conic", "conic_of_blocks"],
        "cvxopt_door": ["ask_cvxopt"],
        "dask_door": ["parallel_of"],
        "invariant_programs": ["BlockProgram", "Reduction", "invariant_blocks"],
        "linear_algebra": [
            "hermitian_basis", "independent_rows", "kron", "numbered",
            "positive_part",
        ],
        "link_strategies": [
            "check_listed", "link_multisets", "strategies_of_links", "strategy_links",
        ],
        "linear_programs": ["minimise_linear"],
        "matrix_inequalities": ["MatrixInequality"],
        "numbers": ["Evidence", "TwoSided", "shared_digits"],
        "polytopes": [
            "affine_dimension", "face", "facets", "gauge", "pivot_columns", "section", "vertices",
        ],
        "quantum": [
            "bell_states", "check_measurement", "check_state", "measurement_in_basis",
            "measurement_of_observables", "naimark_dilation", "werner_state",
        ],
        "random": ["generator_of", "random_density", "random_povm", "random_projective"],
        "results": ["brief", "result"],
        "semidefinite": ["SemidefiniteProgram", "minimise_semidefinite"],
        "sizes": ["check_dense", "power_text", "require_memory", "size_text"],
        "solvers": [
            "InfeasibleError", "Program", "Rows", "SolverError", "check_positive", "check_rows",
            "power_of_two", "pulled", "scaled_rows",
        ],
        "strategies": ["CausalModel", "local_bound"],
        "sweeps": ["sweep", "swept"],
        "symmetries": ["automorphisms", "facet_classes"],
        "triangles": ["Triangle", "triangle"],
        "words": ["adjoint", "multiply", "reduced"],
    },
)
# fmt: on
