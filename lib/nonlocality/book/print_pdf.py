"""Print a built page to PDF with headless Chromium: ``print_pdf PAGE.html OUT.pdf``."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def find_chromium() -> str:
    """Path of an installed Chromium or Chrome. Raises RuntimeError if there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if path := shutil.which(name):
            return path
    raise RuntimeError("Chromium is needed, but none was found; on Debian: apt install chromium")


def print_pdf(page: Path, out: Path) -> None:
    """Load the page from its folder, print it on A4, with an outline and page numbers."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto(page.resolve().as_uri())
        style = "width:100%;text-align:center;font-size:8px"
        tab.pdf(
            path=out,
            format="A4",
            scale=0.8,
            margin=dict.fromkeys(("top", "bottom", "left", "right"), "18mm"),
            outline=True,
            tagged=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=f'<div style="{style}"><span class="pageNumber"></span></div>',
        )
        browser.close()


if __name__ == "__main__":
    try:
        print_pdf(Path(sys.argv[1]), Path(sys.argv[2]))
    except RuntimeError as error:
        sys.exit(str(error))
    print(f"Printed {sys.argv[2]}")
