"""What axe finds on a page: every rule on everything, but colours once for each kind of place.

To measure how far a text stands out from what is behind it takes axe longer than all its other
rules together. The answer hangs on the looks of the element and of all that it stands in. Elements
where these are the same, and names and classes too, are of one kind, and one of them answers for
all. Little hides behind it: where axe did not say that it is well or ill (it is not seen, or
something lies over it), all of its kind are asked. What a box that was moved from elsewhere covers
is told only of those that are asked; in the book that is the definition of a term, which closes.
"""

from axe_playwright_python.base import AXE_SCRIPT

SPOKEN = """place => {
    const all = what => document.querySelectorAll(`${place} ${what}`);
    // A closed fold hides what is in it from readers of screens and from axe.
    for (const folded of all("details:not([open]) > :not(summary)")) folded.remove();
    // What is drawn is hidden from them too; axe would look at every stroke of it.
    for (const drawn of all("svg > :not(title)")) drawn.remove();
    for (const formula of all("math")) formula.textContent = "formula";
    for (const formula of all("th .nl-formula")) formula.textContent = formula.dataset.tex;
    // Formulas are all made alike, and so are the colours of code: one at each kind of place.
    const kinds = new Set();
    for (const span of all(":is(.nl-formula, .nl-kept, pre span[class])")) {
        const { parentElement: outer } = span, box = outer.parentElement;
        const names = [...span.attributes].map(each => each.name);
        const kind = [span, outer, box].map(each => `${each.tagName} ${each.className}`);
        const key = [...kind, ...names, span.firstElementChild?.tagName].join();
        if (!kinds.has(key)) kinds.add(key);
        else if (span.matches(".nl-formula")) span.replaceWith("formula");
        else span.replaceWith(...span.childNodes);
    }
}"""

BARRIERS = """async place => {
    const LOOKS = ["color", "backgroundColor", "backgroundImage", "opacity", "filter", "fontSize",
        "fontWeight", "textShadow", "mixBlendMode", "clipPath", "position", "zIndex", "display",
        "visibility", "overflowX", "textDecorationLine", "borderBottomWidth", "borderBottomColor"];
    const numbers = new Map(), kinds = new Map(), alike = new Map();

    function kind(element) { // a number, the same where all looks from here up are the same
        if (!element) return 0;
        if (!kinds.has(element)) {
            const style = getComputedStyle(element);
            const all = [kind(element.parentElement), element.tagName, element.disabled,
                element.getAttribute("class"), ...LOOKS.map(look => style[look])].join("|");
            if (!numbers.has(all)) numbers.set(all, numbers.size + 1);
            kinds.set(element, numbers.get(all));
        }
        return kinds.get(element);
    }

    // Axe judges words (signs alone it leaves), fields, and links that stand in a text.
    const link = "a[href], [role=link]";
    const field = "button, select, textarea, input:not([type=range])";
    for (const element of document.querySelectorAll(`${place} *`)) {
        const own = [...element.childNodes].map(e => e.nodeType === 3 ? e.data : "").join("");
        const around = element.matches(link) ? element.parentElement.textContent.trim() : "";
        const amid = around !== "" && around !== element.textContent.trim();
        const judged = /[\\p{L}\\p{N}\\p{Sm}]/u.test(own) || element.matches(field);
        if (!amid && !judged && !own.trim()) continue;
        const key = [kind(element), amid, judged].join();
        if (!alike.has(key)) alike.set(key, { all: [], amid, judged });
        alike.get(key).all.push(element);
    }
    const seen = element =>
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const fit = element => seen(element) && /\\w\\w/.test(element.textContent);
    for (const one of alike.values()) one.first = one.all.find(fit) ?? one.all[0];

    const COLOURS = ["color-contrast", "link-in-text-block"];
    axe.configure({ rules: COLOURS.map(id => ({ id, selector: `[data-${id}]` })) });
    async function run(elements, options) {
        for (const each of elements) {
            each.setAttribute(`data-${COLOURS[0]}`, "");
            if (each.matches(link)) each.setAttribute(`data-${COLOURS[1]}`, "");
        }
        const result = await axe.run(place, { elementRef: true, selectors: false, ...options });
        for (const each of elements) for (const id of COLOURS) each.removeAttribute(`data-${id}`);
        return result;
    }
    const { passes, violations } = await run([...alike.values()].map(one => one.first), {});

    const decided = COLOURS.map(id => new Set([...passes, ...violations]
        .filter(rule => rule.id === id).flatMap(rule => rule.nodes)
        .filter(node => node.any.every(check => check.data?.messageKey !== "hidden"))
        .map(node => node.element)));
    const others = [...alike.values()].flatMap(({ all, amid, judged, first }) =>
        (decided[0].has(first) || !judged) && (decided[1].has(first) || !amid)
            ? [] : all.filter(each => each !== first && seen(each)));
    if (others.length) violations.push(...(await run(others, { runOnly: COLOURS })).violations);
    return violations.map(({ id, nodes }) => [id, nodes.map(node => node.html.slice(0, 200))]);
}"""
"""The rules that are broken in a place of the page, each with the elements that break it."""


def barriers(page, *, spoken=True):
    """What axe finds in the article; only in what is spoken or read there, or in all of it."""
    if spoken:
        page.evaluate(SPOKEN, "article")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(BARRIERS, "article")
