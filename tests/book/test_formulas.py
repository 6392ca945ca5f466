import json
import re

import pytest

from nonlocality.book.formulas import FormulaError, Typesetter, with_formulas


@pytest.fixture(scope="module")
def formulas():
    return Typesetter()


def page(inner):
    return f"<html><body class='x'>{inner}</body></html>"


@pytest.mark.parametrize(
    "formula",
    [
        r"p(a,b|x,y)",
        r"\mathcal Q_1 \subset \widetilde{\mathcal Q}",
        r"\begin{aligned}a&=b\\c&=d\end{aligned}",
        r"\begin{split}a&=b\\c&=d\end{split}",
        r"\begin{pmatrix}1&0\\0&-1\end{pmatrix}",
        r"\underbrace{x+y}_{\text{both}}",
        r"|\psi\rangle\langle\psi|",
        r"\lfloor\tfrac{k}{2}\rfloor \le \sqrt[3]{2}",
        r"A\xrightarrow{N\to\infty} B",
    ],
)
def test_a_formula_is_a_picture_with_its_glyphs_and_mathml_with_its_tex(formulas, formula):
    made = formulas.page(page(rf"<p>\({formula.replace('&', '&amp;')}\)</p>"))
    names = set(re.findall(r'href="#([^"]+)"', made))
    assert names
    assert names == set(re.findall(r'<path id="([^"]+)"', made))
    assert "<merror" not in made
    note = re.search(r"<annotation[^>]*>(.*?)</annotation>", made, re.S)[1]
    assert note.replace("&amp;", "&") == formula
    assert made.index("nl-glyphs") < made.index("<p>")


def test_displayed_and_inline_formulas_are_told_apart(formulas):
    made = formulas.page(page(r"<p>\(x\)</p><div>\[\sum_k x\]</div>"))
    assert made.count('class="nl-formula"') == 1
    assert made.count('class="nl-formula nl-display"') == 1
    assert 'display="block"' in made


def test_no_line_begins_with_the_comma_behind_a_formula(formulas):
    math = r'<span class="math notranslate nohighlight">\(x\)</span>'
    made = formulas.page(page(f"<p>{math}, {math} and ({math}).</p>"))
    assert re.findall(r"</span></span>([^<]*)</span>", made) == [",", ")."]
    assert made.count('<span class="nl-kept"><span class="math') == 2


def test_code_and_scripts_are_left_alone(formulas):
    text = page(r"<code>\(x\)</code><pre>a <b>\[y\]</b></pre><script>'\(z\)'</script>")
    assert formulas.page(text) == text


def test_pages_without_formulas_are_left_alone(formulas):
    assert formulas.page(page("nothing (x)")) == page("nothing (x)")


def test_signs_of_html_in_a_formula_are_escaped(formulas):
    made = formulas.page(page(r"\(a &lt; b \text{ &lt;script&gt; }\)"))
    assert "<script>" not in made
    assert "&lt;script&gt;" in made


@pytest.mark.parametrize("wrong", [r"\frac{1", r"\unknown", r"x^2^3", r"\left( x", r"\begin{a}"])
def test_a_wrong_formula_is_an_error_that_names_it(formulas, wrong):
    with pytest.raises(FormulaError, match=re.escape(wrong)):
        formulas.page(page(rf"\({wrong}\)"))


def test_formulas_are_kept_from_build_to_build_until_what_makes_them_changes(tmp_path):
    kept = tmp_path / "formulas.json"
    text = page(r"\(x^2\) \(y\) \(x^2\)")
    first = Typesetter(kept)
    made = first.page(text)
    first.keep()
    second = Typesetter(kept)
    assert second.page(text) == made
    assert second._engine is None  # nothing was typeset again
    data = json.loads(kept.read_text())
    kept.write_text(json.dumps(data | {"version": "other"}))
    third = Typesetter(kept)
    assert third.page(text) == made
    assert third._engine is not None


def test_a_formula_that_comes_again_is_drawn_once_and_referred_to(formulas):
    once = formulas.page(page(r"<p>\(x^2+y^2\)</p>"))
    twice = formulas.page(page(r"<p>\(x^2+y^2\)</p><p>\(x^2+y^2\)</p><p>\(z\)</p>"))
    assert 'id="f0"' not in once
    assert twice.count('<g id="f0">') == 1
    assert twice.count('<use href="#f0"></use>') == 2
    assert 'id="f1"' not in twice
    assert twice.count("</math>") == 3


def test_words_are_escaped_and_formulas_are_left_to_the_page():
    assert with_formulas("a < b & $x<2$") == (
        'a &lt; b &amp; <span class="math notranslate nohighlight">\\(x&lt;2\\)</span>'
    )
    with pytest.raises(ValueError, match="dollar signs in pairs"):
        with_formulas("5 $")
