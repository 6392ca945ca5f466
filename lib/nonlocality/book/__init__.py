"""The workshop: what makes pages out of computations.

============ ========================================================================
ledger       ``book/claims.toml``, read and checked; the papers' printed tables
claims       an entry of the ledger: what is printed, what holds, how it is argued
statements   the lines of an entry: a sentence, and the comparison that decides it
closed_forms closed forms in the lines, such as ``2*sqrt(2)``
values       quantities: their sides, how sure they are, how they are written
records      what a chapter's cell computed, beside what is printed
boxes        the HTML of a claim: its pill, its box, its row in a table
lists        slips of the papers, what is covered, what is open
result_pages the pages on results, as HTML
published    data/claims.json and data/errata.json, with a head
drawing      figures as SVG text, with texts and layout kept from frame to frame
figures      pictures and tables as inline SVG and HTML
sliders      explorers with two lives: live widgets, precomputed frames
sentences    a number in a sentence that one can move
commands     what ``make book``, ``make serve`` and ``make audit`` do
formulas     TeX in the pages, typeset when the book is built
repeats      rows of letters that many formulas have, drawn once a page
shapes       pictures as SVG in fewer bytes, their outlines shared by a page
shortening   an SVG element in fewer bytes
weight       pages made light at the end of a build
assets       what a browser loads with a page: style, icons, scripts
equations    numbers of equations, anew in each chapter
glossary     terms linked where a chapter first uses them
hands        pictures that a hand moves: four directions on a circle, a game
front        the front page: the map, the score, a card a chapter
lab          chapters in JupyterLab: folded as in the book, saved as they were
heads        what a link to a page shows elsewhere, and the theme's buttons
execution    chapters side by side, each kept until something it depends on changes
policy       what a page may load: nothing from elsewhere
sphinx       the Sphinx extension
timings      the tables and pictures of the page on benchmarks
scaling      the tables of the page on many calls at once
print_pdf    the book as one PDF
============ ========================================================================
"""

import lazy_loader

# fmt: off
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "drawing": ["layout_of", "svg_text"],
        "figures": ["Dataset", "Page", "in_book", "show", "subplots", "svg", "svg_of", "table"],
        "scaling": ["makespan", "scaling_html"],
        "timings": [
            "astray", "computed", "details", "duration", "growth_html", "growth_picture",
            "growth_rate", "growth_words", "labelled_table", "machine_words", "peers_html",
            "reach_words", "summary", "times",
        ],
        "assets": ["lean_pages", "outlines", "pruned", "sheet", "sheets_of", "with_icons",
                   "with_sheet", "without_scripts", "words_of"],
        "boxes": ["box", "claim_link", "claims_rows", "pill", "printed_words", "verdict_class"],
        "front": ["Card", "front_page", "map_data", "map_svg", "small_map"],
        "formulas": ["FormulaError", "Typesetter", "by_hand", "mathjax_folder", "with_formulas",
                     "with_numbers"],
        "hands": ["chsh_by_hand", "correlators", "game"],
        "glossary": ["Entry", "add_definitions", "definitions", "link_page", "link_terms",
                     "note_read", "pattern_of", "read_glossary", "rewritten"],
        "equations": ["number_equations"],
        "heads": ["buttons", "describe", "describe_page", "draw_preview", "meta_tags", "preview"],
        "claims": ["Claim"],
        "closed_forms": ["closed_form", "names_in"],
        "ledger": ["check", "find_circle", "printed_table", "read_ledger", "verdict_of"],
        "lists": ["Covered", "Question", "Slip", "read_coverage", "read_errata", "read_questions"],
        "policy": ["inline_handlers", "inline_scripts", "policy_of", "protect", "with_policy"],
        "published": ["ask_git", "errata_entries", "head", "with_urls"],
        "result_pages": ["claims_filter", "claims_of", "coverage_table", "questions_list", "score",
                         "slips_list"],
        "records": ["Record", "claims_table", "decide", "full_rows", "record"],
        "statements": ["Finding", "Line", "is_tolerance", "judge"],
        "values": ["as_text", "plain_number", "shown_value", "sides", "strength", "two_sided"],
        "repeats": ["letters", "share", "use"],
        "sentences": ["scrub"],
        "shapes": ["Shapes"],
        "shortening": ["fold", "one_style", "short_attributes", "short_number", "short_path",
                       "short_styles", "short_transform", "written"],
        "weight": ["light_code", "light_frames", "light_mathml", "light_page"],
        "sliders": ["Slider", "explore", "pack", "progress"],
    },
)
# fmt: on
