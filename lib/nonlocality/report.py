"""``python -m nonlocality.report counts.csv``: a table of counts in, a report out.

Exit code 0: a report was made, whatever its verdict; 2: the table or the arguments cannot be used,
and the error says why; 3: a solver failed. Nothing is fetched from or sent to a network.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def _pairs(words: str) -> dict[str, str]:
    pairs = [item.partition("=") for item in words.split(",")]
    if not all(key and equal and value for key, equal, value in pairs):
        raise argparse.ArgumentTypeError(
            f"must be of the form name=word,name=word, but is {words!r}"
        )
    return {key.strip(): value.strip() for key, _, value in pairs}


def _merge(words: str) -> tuple[str, dict[str, str]]:
    letter, colon, rest = words.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"must be of the form b:none=1, but is {words!r}")
    return letter, _pairs(rest)


def _settings(words: str) -> str | list[float]:
    if words in ("uniform", "table"):
        return words
    try:
        return [float(word) for word in words.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"must be uniform, table or probabilities, but is {words!r}"
        ) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nonlocality.report",
        description="What a table of counts says about local realism, and what it would cost a "
        "classical story.",
    )
    add = parser.add_argument
    add("file", help="CSV with the columns x, y, a, b, count; - reads standard input")
    add("--experiment", help="which one, if the file has a column experiment")
    add(
        "--columns",
        type=_pairs,
        default={},
        metavar="count=Anzahl",
        help="what the file calls them",
    )
    add("--ignore", default="", metavar="NAME,NAME", help="columns to leave out")
    add("--duplicates", choices=("refuse", "sum"), default="refuse", help="rows of the same cell")
    add("--missing", choices=("refuse", "zero"), default="refuse", help="cells that are not listed")
    add("--blocks", type=int, help="cut a list of trials, in the order of time, into so many runs")
    add("--merge", type=_merge, action="append", default=[], metavar="b:none=1",
        help="count an outcome as another")  # fmt: skip
    add("--discard", action="append", default=[], metavar="LABEL",
        help="leave trials with this outcome out (assumes fair sampling)")  # fmt: skip
    add("--settings", type=_settings, help="their distribution: uniform, table, or p,p,p,p")
    add("--bias", type=float, default=0.0, help="largest difference from it in any trial")
    add("--form", help="form of CHSH announced before, such as +11")
    add("--decide", help="line of evidence announced to decide, such as 'CHSH game'")
    add("--level", type=float, default=0.95, help="of the intervals (0.95)")
    add("--bootstrap", type=int, help="tables drawn for the likelihood ratio")
    add("--seed", type=int, default=1, help="of the bootstrap (1)")
    add("--html", metavar="FILE", help="write a page")
    add("--json", metavar="FILE", help="write the numbers; - prints them in the place of the text")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code.

    >>> main(["no-such-file.csv"])
    2
    """
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    from nonlocality.experiments.plain import printable
    from nonlocality.experiments.reading import read_counts
    from nonlocality.experiments.reporting import report
    from nonlocality.foundations.solvers import SolverError

    try:
        counts = read_counts(
            "/dev/stdin" if options.file == "-" else options.file,
            columns=options.columns,
            ignore=[word for word in options.ignore.split(",") if word],
            experiment=options.experiment,
            duplicates=options.duplicates,
            missing=options.missing,
            blocks=options.blocks,
            merge=dict(options.merge),
            discard=options.discard,
        )
        found = report(
            counts,
            title=options.experiment or Path(options.file).name,
            settings=options.settings,
            bias=options.bias,
            form=options.form,
            decide=options.decide,
            level=options.level,
            bootstrap=options.bootstrap,
            seed=options.seed,
        )
        for place, text in ((options.html, found.to_html), (options.json, found.to_json)):
            if place and place != "-":
                Path(place).write_text(text(), encoding="utf-8")
    except ValueError as error:
        print("\n".join(map(printable, str(error).splitlines())), file=sys.stderr)
        return 2
    except OSError as error:
        print(printable(f"File `{error.filename}` cannot be written: {error.strerror}."),
              file=sys.stderr)  # fmt: skip
        return 2
    except SolverError as error:
        print(printable(str(error)), file=sys.stderr)
        return 3
    sys.stdout.write(found.to_json() if options.json == "-" else found.to_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
