"""Print a built page to PDF with headless Chromium: ``print_pdf PAGE.html OUT.pdf``.

The page is printed twice: the first time to learn on which pages the chapters begin, the second
time with these numbers in its contents.
"""

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

MEND_LINKS = r"""() => {
  // In one page a link to another page is one to a place of this page, or no link.
  const places = [...document.querySelectorAll('[id^="document-"]')].map(place => place.id);
  for (const link of document.querySelectorAll("a[href]")) {
    const parts = link.getAttribute("href").match(/^(?!\w+:)([\w.\/-]+)\.html(?:#(.*))?$/);
    if (!parts) continue;
    const name = parts[1].split("/").pop();
    const anchor = parts[2] && decodeURIComponent(parts[2]);
    const page = places.find(id => id === `document-${name}` || id.endsWith(`/${name}`));
    if (anchor && document.getElementById(anchor)) link.setAttribute("href", `#${anchor}`);
    else if (page) link.setAttribute("href", `#${page}`);
    else link.replaceWith(...link.childNodes);
  }
}"""
"""Links that led from page to page lead from place to place."""

ADD_CONTENTS = """() => {
  const shown = heading => heading.getClientRects().length > 0;
  const headings = [...document.querySelectorAll("article :is(h1, h2, h3)")].filter(shown);
  const style = document.createElement("style");
  style.textContent = `#jb-print-docs-body { display: none !important }
    .nl-printed-title { break-after: page; padding-top: 12rem }
    .nl-printed-contents { break-after: page } .nl-printed-contents p { margin: 0.15rem 0;
      display: flex } .nl-printed-contents p.nl-inner { padding-left: 1.5rem; font-size: 0.9em }
    .nl-printed-contents a { flex: 1; color: inherit; text-decoration: none }
    .nl-printed-contents span { width: 3rem; text-align: right }`;
  document.head.append(style);
  const title = document.createElement("section");
  title.className = "nl-printed-title";
  title.append(Object.assign(document.createElement("div"), {
    textContent: document.title.split(" — ").pop(), style: "font-size: 3rem" }));
  const says = document.querySelector("meta[name=description]");
  if (says) title.append(Object.assign(document.createElement("p"), { textContent: says.content }));
  const contents = document.createElement("section");
  contents.className = "nl-printed-contents";
  contents.append(Object.assign(document.createElement("div"), {
    textContent: "Contents", style: "font-size: 2rem" }));
  headings.forEach((heading, k) => {
    const place = Object.assign(document.createElement("i"), { id: `nl-at-${k}` });
    heading.prepend(place);
    const line = document.createElement("p");
    if (heading.matches("h3")) line.className = "nl-inner"; // chapters are h2 in one page
    const words = heading.cloneNode(true);
    for (const each of words.querySelectorAll(".headerlink, i[id]")) each.remove();
    const link = Object.assign(document.createElement("a"), { href: `#nl-at-${k}` });
    link.append(...words.childNodes);
    line.append(link, document.createElement("span"));
    contents.append(line);
  });
  const article = document.querySelector("article");
  article.prepend(title, contents);
}"""
"""A title page, and contents with room for the numbers of pages."""

FILL_CONTENTS = """pages => {
  for (const line of document.querySelectorAll(".nl-printed-contents p")) {
    const number = pages[line.querySelector("a").hash.slice(1)];
    line.querySelector("span").textContent = number ?? "";
  }
}"""


def find_chromium() -> str:
    """Path of an installed Chromium or Chrome, best one without a window.

    Raises RuntimeError if there is none.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
    for name in names:
        if path := shutil.which(name):
            return path
    raise RuntimeError(
        "Chromium is needed, but none was found; on Debian: apt install chromium-headless-shell"
    )


def pages_of_places(pdf: bytes) -> dict[str, int]:
    """On which page (from 1) each place that a link leads to stands, in a PDF of Chromium's.

    Chromium writes the tree of pages and the places uncompressed.
    """
    objects = {
        int(each[1]): each[2] for each in re.finditer(rb"(\d+) 0 obj\n(.*?)\nendobj", pdf, re.S)
    }
    order: list[int] = []

    def walk(number: int) -> None:
        kids = re.search(rb"/Kids \[([^\]]*)\]", objects[number])
        if kids is None:
            order.append(number)
        else:
            for kid in re.findall(rb"(\d+) 0 R", kids[1]):
                walk(int(kid))

    catalog = next(text for text in objects.values() if b"/Type /Catalog" in text)
    walk(int(re.search(rb"/Pages (\d+) 0 R", catalog)[1]))
    places = re.search(rb"/Dests (\d+) 0 R", catalog)
    found = re.findall(rb"/(\S+) \[(\d+) 0 R", objects[int(places[1])]) if places else []
    return {name.decode(): order.index(int(page)) + 1 for name, page in found}


def print_pdf(page: Path, out: Path) -> None:
    """Load the page from its folder, print it on A4: title, contents, outline, page numbers."""
    style = "width:100%;text-align:center;font-size:8px"
    how = {
        "format": "A4",
        "scale": 0.66,
        "margin": dict.fromkeys(("top", "bottom", "left", "right"), "14mm"),
        "outline": True,
        "tagged": True,
        "display_header_footer": True,
        "header_template": "<span></span>",
        "footer_template": f'<div style="{style}"><span class="pageNumber"></span></div>',
    }
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        tab = browser.new_page()
        tab.set_default_timeout(600_000)
        tab.goto(page.resolve().as_uri())
        tab.emulate_media(media="print")
        tab.evaluate(MEND_LINKS)
        tab.evaluate(ADD_CONTENTS)
        tab.evaluate(FILL_CONTENTS, pages_of_places(tab.pdf(**how)))
        tab.pdf(path=out, **how)
        browser.close()


if __name__ == "__main__":
    try:
        print_pdf(Path(sys.argv[1]), Path(sys.argv[2]))
    except RuntimeError as error:
        sys.exit(str(error))
    print(f"Printed {sys.argv[2]}")
