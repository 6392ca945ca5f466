"""What tests of the built pages need: their names, a page that remembers, and its sizes."""

from types import SimpleNamespace

WIDE = {"width": 1200, "height": 900}
PHONE = {"width": 390, "height": 844}
READY = """() => [...document.querySelectorAll(".nl-explorer")]
    .every(explorer => explorer.matches(".nl-ready, .nl-still"))"""
SHIFTED = """() => new Promise(done => {
    // What the browser has noted so far; where it notes nothing, the second line answers.
    new PerformanceObserver(seen => done(seen.getEntries().reduce((s, e) => s + e.value, 0)))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(0), 200);
})"""
DRAWN = "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
"""Until the page has heard of a new size or theme, and is drawn with it."""

SETTLED = """async () => {
    await new Promise(done => requestIdleCallback(done, { timeout: 500 }));
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
LISTEN = """window.broken = [];
addEventListener("securitypolicyviolation",
    e => broken.push(`${e.violatedDirective} ${e.blockedURI}`));
"""
"""Before the scripts of a page: note what breaks its policy."""
HURRY = """const later = window.setTimeout;
window.setTimeout = (work, wait, ...rest) => later(work, Math.min(wait || 0, 1), ...rest);
"""
"""Before the scripts of a page: what they would do in a while they do at once."""
ALONE = """alone => {
    if (!alone) return hidden.forEach(([each, style]) => style === null
        ? each.removeAttribute("style") : each.setAttribute("style", style));
    const explorers = [...document.querySelectorAll(".nl-explorer")], kept = new Set();
    const widths = () => explorers.map(each => each.getBoundingClientRect().width).join();
    const before = widths();
    for (let each of explorers)
        while ((each = each.parentElement)) kept.add(each);
    window.hidden = [...document.querySelectorAll("article *")].filter(each => !kept.has(each)
        && kept.has(each.parentElement) && !each.matches(".nl-explorer"))
        .map(each => [each, each.getAttribute("style")]);
    for (const [each] of hidden) each.style.setProperty("display", "none", "important");
    if (widths() !== before) throw Error("alone, an explorer has another width");
}"""
"""Of a page only its explorers: nothing else changes with them, and it takes time to lay it out."""


def pages_of(book):
    folders = ("", "book/", "notebooks/")
    return sorted(f"{f}{p.name}" for f in folders for p in (book / f).glob("*.html"))


class Watch:
    """A page that remembers what it asked for and what it complained about."""

    def __init__(self, context, *, scripts=True):
        self.requests, self.complaints, self.scripts, self.alone = [], [], scripts, False
        self.page = context.new_page()
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("console", self._console)

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, url, *, quiet=False):
        """Go there and wait until the explorers have their frames (and the network is quiet)."""
        self.page.goto(url, wait_until="networkidle" if quiet else "load")
        if self.scripts:
            self.page.wait_for_function(READY)
        return self.page

    def seen(self, size=WIDE, *, scheme="light", media="screen", alone=False):
        """The open page in another size, theme or medium, or its explorers alone."""
        if self.alone != alone:
            self.page.evaluate(ALONE, alone)
            self.alone = alone
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=scheme, media=media)
        self.page.evaluate(DRAWN)
        return self.page

    def moved(self):
        """What there is to say of the open page once its first two sliders have moved.

        beyond: its width beyond the window; broken: the breaks of its policy (if it was opened
        with LISTEN); themed: whether the scripts of the theme have run.
        """
        beyond = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        for slider in self.page.locator("input[type=range]").all()[:2]:
            slider.press("ArrowRight")
        self.page.evaluate(SETTLED)
        themed = self.page.locator("html[data-theme]").count() == 1
        return SimpleNamespace(beyond=beyond, broken=self.page.evaluate("broken"), themed=themed)

    def strangers(self, base):
        """What was asked of others than the book."""
        return [u for u in self.requests if not u.startswith((base, "data:", "blob:"))]


def explorers(page):
    return page.locator(".nl-explorer").all()
