"""Your own data: from a table of counts to what the five papers can say about it.

=========== ==========================================================================
counting    counts with labels and runs
adapters    counts from trials, dictionaries, nested tables
reading     a file of counts, or all its faults
long_tables rows of a file on their way to counts
forms       the eight forms of CHSH and their readings
likelihood  Newton steps in Collins–Gisin coordinates, many tables at once
estimation  the most likely behaviour of a set, errors, intervals
signals     tests of no-signalling, and of drift
levels      the same over moment matrices
mixtures    a quantum model of a behaviour
declared    how the settings were drawn
judging     evidence against local realism: ratios, games, bets
tails       probabilities and stakes where floats end
bootstraps  tables drawn from the best local behaviour
pricing     what the behaviour costs a classical story
reporting   all of it in one report, with a verdict
findings    what a report says, and the same as JSON
sentences   the sentences of a report
plain       the report as text
page        the report as HTML
pictures    its two pictures
widgets     a form for sixteen counts, a chooser of reports, an upload
=========== ==========================================================================

It stands above the wings and may use them all. The command is ``python -m nonlocality.report``."""

import lazy_loader

# fmt: off
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "counting": [
            "Counts", "ordered",
        ],
        "adapters": ["counts_from_dictionaries", "counts_from_tables", "counts_from_trials"],
        "bootstraps": ["bootstrap_ratios", "draw_tables", "ratios_of"],
        "long_tables": ["LongTable", "in_short"],
        "sentences": [
            "assumption_pairs", "cannot_test", "granted", "labels_text", "left_out_sentences",
            "p_text", "quantum_sentence", "signalling_sentence", "signed",
        ],
        "signals": ["MarginalTest", "Signalling", "outcome_letters", "signalling"],
        "tails": ["log2_bernoulli_bet", "log2_binomial_tail", "log2_half_chi_square"],
        "declared": ["settings_distribution"],
        "estimation": [
            "Fit", "excess_form", "excess_interval", "fisher_error", "interval",
            "maximum_likelihood",
        ],
        "findings": ["Findings"],
        "forms": [
            "Form", "check_form", "chsh_forms", "eberhard_readings", "form_correlators",
            "form_excess", "require_chsh",
        ],
        "judging": [
            "Evidence", "evidence", "few_trials", "learnt_bet", "log_likelihood_ratio",
        ],
        "levels": ["likeliest_of_level"],
        "likelihood": ["Coordinates", "coordinates", "deviance", "maximise_likelihood"],
        "mixtures": ["QuantumMixture", "quantum_mixture"],
        "page": ["fragment", "full_page"],
        "pictures": ["chsh_map", "excess_axis"],
        "plain": ["cost_text", "number_text", "plain_text", "printable"],
        "pricing": ["Cost", "costs", "costs_of_excess", "information"],
        "reading": ["counts_from_records", "counts_from_text", "read_counts"],
        "reporting": ["Report", "report"],
        "widgets": ["answer", "counts_form", "reports_chooser", "script", "upload"],
    },
)
# fmt: on
