"""Timings behind the chapter on experiments: ``make bench``."""

import json
from pathlib import Path

from benchmarks.timing import report as show
from benchmarks.timing import seconds
from nonlocality.experiments.bootstraps import bootstrap_ratios
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.reading import counts_from_text, read_counts
from nonlocality.experiments.reporting import report

TABLES = Path(__file__).parents[1] / "book" / "data" / "bell-tests.csv"


def fresh(counts: Counts) -> Counts:
    """The same table as a new object, for which nothing is remembered."""
    return Counts(counts.table)


def main() -> None:
    """Print every figure."""
    delft, nist = (read_counts(TABLES, experiment=k) for k in ("delft2015", "nist2015"))
    trials = "x,y,a,b\n" + 250_000 * "0,1,1,0\n1,1,0,0\n0,0,1,1\n1,0,0,1\n"
    show(
        "report of 1.7e8 trials, no bootstrap",
        seconds(lambda: report(fresh(nist), bootstrap=0)),
        0.5,
    )
    show("the same as a page", seconds(lambda: report(fresh(nist), bootstrap=0).to_html()), 0.5)
    show("report of 245 trials, 1000 tables", seconds(lambda: report(fresh(delft))))
    drawn = seconds(lambda: bootstrap_ratios(fresh(delft), tables=1000, seed=1))
    show("1000 bootstrap tables of 245 trials", drawn, 60)
    show("a million trials read", seconds(lambda: counts_from_text(trials), repeat=1))

    record = Path("_build/chapter-seconds.json")
    if record.exists():
        for name, value in json.loads(record.read_text()).items():
            if name == "experiments":
                show(f"chapter {name}, last execution", value, 90)


if __name__ == "__main__":
    main()
