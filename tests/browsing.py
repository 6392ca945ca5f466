"""What tests of the built pages need: their names, a page that remembers, and its sizes."""

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


def pages_of(book):
    folders = ("", "book/", "notebooks/")
    return sorted(f"{f}{p.name}" for f in folders for p in (book / f).glob("*.html"))


class Watch:
    """A page that remembers what it asked for and what it complained about."""

    def __init__(self, context, *, scripts=True):
        self.requests, self.complaints, self.scripts = [], [], scripts
        self.page = context.new_page()
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("console", self._console)

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, url, *, quiet=False):
        """Go there and wait until the explorers have their frames (or the network is quiet)."""
        self.page.goto(url, wait_until="networkidle" if quiet else "load")
        if self.scripts:
            self.page.wait_for_function(READY)
        return self.page

    def seen(self, size=WIDE, *, scheme="light", media="screen"):
        """The open page in another size, theme or medium."""
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=scheme, media=media)
        self.page.evaluate(DRAWN)
        return self.page


def explorers(page):
    return page.locator(".nl-explorer").all()
