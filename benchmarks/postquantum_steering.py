"""Timings behind the chapter on postquantum steering: ``make bench``."""

import json
from pathlib import Path

from benchmarks.timing import report, seconds
from nonlocality import certificates
from nonlocality.book.ledger import printed_table
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.directions import polygon
from nonlocality.postquantum_steering.functional_bounds import quantum_bound
from nonlocality.postquantum_steering.hidden_states import local_visibility
from nonlocality.postquantum_steering.povm_lift import lift
from nonlocality.postquantum_steering.printed_tables import functional_of_table
from nonlocality.postquantum_steering.robustness import (
    generalised_robustness,
    minimise_functional,
    white_noise_robustness,
)
from nonlocality.postquantum_steering.search import see_saw


def main() -> None:
    """Print every figure."""
    table1 = assemblage_of_table(printed_table("ps-table1"))
    functional = functional_of_table(printed_table("ps-table2"))
    for solver in ("clarabel", "cvxopt"):
        for blocks, kind in (("real", float), ("Hermitian", complex)):
            f = functional.astype(kind)
            taken = seconds(lambda f=f, m=solver: minimise_functional(f, solver=m))
            promised = 0.2 if kind is float else None  # Table II is real
            report(f"almost-quantum program, {blocks} blocks, {solver}", taken, promised)
    report("level 2", seconds(lambda: minimise_functional(functional, level=2)))
    report("exact quantum bound", seconds(lambda: quantum_bound(functional)))
    report("white-noise robustness", seconds(lambda: white_noise_robustness(table1)))
    report("white-noise robustness, qutrits", seconds(lambda: white_noise_robustness(lift(table1))))
    report("generalised robustness", seconds(lambda: generalised_robustness(table1)))
    report(
        "local for 64 directions",
        seconds(lambda: local_visibility(table1, corners=polygon(64))),
        0.2,
    )
    report("see-saw, seed 3", seconds(lambda: see_saw(3), repeat=1), 60)
    files = [p for name in ("steering-*", "hidden-states-*")
             for p in Path("certificates").glob(f"{name}.json")]  # fmt: skip
    report(
        f"checking the {len(files)} certificates",
        seconds(lambda: [certificates.check(path) for path in files]),
        1,
    )
    record = Path("_build/chapter-seconds.json")
    if record.exists():
        for name, value in json.loads(record.read_text()).items():
            if "postquantum" in name:
                report(f"chapter {name}, last execution", value, 120)


if __name__ == "__main__":
    main()
