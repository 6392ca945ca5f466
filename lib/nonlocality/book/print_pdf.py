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
    """Load the page from its folder, print it on A4."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto(page.resolve().as_uri())
        margins = dict.fromkeys(("top", "bottom", "left", "right"), "18mm")
        tab.pdf(path=out, format="A4", margin=margins, scale=0.85)
        browser.close()


if __name__ == "__main__":
    try:
        print_pdf(Path(sys.argv[1]), Path(sys.argv[2]))
    except RuntimeError as error:
        sys.exit(str(error))
    print(f"Printed {sys.argv[2]}")
