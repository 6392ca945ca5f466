"""The house: how long checks, tests and builds take, a frame's time, lines, weights of pages.

``python -m benchmarks.house`` measures frames, lines and the pages that are built; with
``--builds``, as ``make bench`` calls it at the end, also `make check`, the book cold, again, after
a change in one wing, and `make test`, in a copy of the checkout, which takes some minutes.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np

from benchmarks.timing import report
from nonlocality.book.drawing import svg_text
from nonlocality.book.figures import subplots

ROOT = Path(__file__).parents[1]
WING = ROOT / "lib" / "nonlocality" / "local_realism" / "werner_states.py"


def picture(k: float) -> object:
    """A figure as explorers draw them: two panels, curves, formulas, a legend."""
    figure, (above, below) = subplots(2, 1)
    x = np.linspace(0, 1, 100)
    above.plot(x, np.sin(k * x), label=r"$\sin kx$")
    above.fill_between(x, x, x**2, alpha=0.3)
    above.set(xlabel=r"visibility $v$", ylabel="S", ylim=(-1, 1))
    above.legend()
    below.bar([1, 2, 3], [k, 2, 3])
    below.set(title=r"$\mathcal{Q}_1$", ylim=(0, 5))
    return figure


def frame_seconds(frames: int = 30) -> float:
    """Median processor seconds of one frame, after the first has been laid out."""
    layout = svg_text(picture(1.0))[1]
    times = []
    for k in range(frames):
        figure, start = picture(1 + k / 10), process_time()
        svg_text(figure, layout=layout)
        times.append(process_time() - start)
    return median(times)


def lines_by_package() -> dict[str, int]:
    """Lines of Python in each package of the library."""
    library = ROOT / "lib" / "nonlocality"
    return {
        folder.name: sum(
            len(path.read_text(encoding="utf-8").splitlines()) for path in folder.rglob("*.py")
        )
        for folder in sorted(library.iterdir())
        if folder.is_dir() and folder.name != "__pycache__"
    }


def page_weights() -> dict[str, int]:
    """Bytes of each chapter's page of the last build, the heaviest first."""
    pages = (ROOT / "_build" / "html" / "notebooks").glob("*.html")
    sizes = {path.stem: path.stat().st_size for path in pages}
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def command_seconds(*words: str, folder: Path) -> float:
    """Seconds of a command; RuntimeError with the end of what it said if it fails."""
    start = perf_counter()
    done = subprocess.run(
        words, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout[-6000:]}")
    return perf_counter() - start


def changed(text: str) -> str:
    """A file of the library that does what it did, but is another; lint has nothing against it."""
    return f"{text}\n\n# changed\n"


def builds() -> None:
    """Time check, book and tests in a copy of the checkout, with this environment."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "book"
        skip = shutil.ignore_patterns("_build", ".venv", ".git", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=skip)
        (copy / ".venv").symlink_to(ROOT / ".venv")
        run = ("make", f"PYTHONPATH={copy / 'lib'}", "--assume-old=.venv/installed")
        report("make check", command_seconds(*run, "check", folder=copy))
        report("make book, cold", command_seconds(*run, "book", folder=copy), 220)
        report("make book, again", command_seconds(*run, "book", folder=copy))
        wing = copy / WING.relative_to(ROOT)
        wing.write_text(changed(wing.read_text(encoding="utf-8")), encoding="utf-8")
        report("make book, one wing changed", command_seconds(*run, "book", folder=copy))
        report("make test, book built", command_seconds(*run, "test", folder=copy), 240)


def main() -> None:
    """Print all of it."""
    report("a frame, processor time", frame_seconds(), 0.06)
    for package, lines in lines_by_package().items():
        print(f"{package:<30}{lines:>8} lines")
    for name, size in page_weights().items():
        print(f"{'page of ' + name:<30}{size / 1e6:>8.2f} MB")
    if "--builds" in sys.argv:
        builds()


if __name__ == "__main__":
    main()
