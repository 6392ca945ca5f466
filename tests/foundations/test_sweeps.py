"""Sweeps: every point once, whatever dies on the way."""

import ast
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest

from nonlocality.foundations import sweeps
from nonlocality.foundations.entropies import binary_entropy
from nonlocality.foundations.sweeps import sweep, swept

GRID = [{"probability": k / 10} for k in range(11)]
HEAD = """
import os, signal, sys, time
from pathlib import Path
import joblib
from nonlocality.foundations.sweeps import sweep

def square(k, mark):
    time.sleep(0.02)
    if k == 7 and not Path(mark).exists():  # whoever gets this point first dies of it
        Path(mark).write_text("dead")
        os.kill(os.getpid(), signal.SIGKILL)
    if k % 5 == 4:
        raise RuntimeError(f"no square of {k}")
    return k * k

POINTS = [{"k": k, "mark": sys.argv[1]} for k in range(24)]
FILE = sys.argv[1] + ".jsonl"
"""
DASK = """
if __name__ == "__main__":
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster), joblib.parallel_config(backend="dask"):
            rows = sweep(square, POINTS, file=FILE)
    assert Path(sys.argv[1]).exists()
    assert rows == sweep(square, POINTS)
"""


def script(text, *arguments, timeout=100, **environment):
    """A Python of its own: what it prints and what it says of its end."""
    return subprocess.run(
        [sys.executable, "-c", text, *map(str, arguments)],
        capture_output=True, text=True, timeout=timeout, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "lib"), **environment},
    )  # fmt: skip


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def lines_of_code(source):
    """The lines on which something stands that is neither a comment nor a docstring."""
    tree = ast.parse(source)
    texts = [node for node in ast.walk(tree)
             if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]  # fmt: skip
    silent = {n for text in texts for n in range(text.lineno, text.end_lineno + 1)}
    lines = enumerate(source.splitlines(), 1)
    return [line for n, line in lines if n not in silent and line.split("#")[0].strip()]


def test_the_helper_is_at_most_fifty_lines_of_code():
    """`sweep` with all that it needs of its own; what is imported and `swept` are beside it."""
    text = inspect.getsource(sweeps)
    own = [node for node in ast.parse(text).body
           if not isinstance(node, ast.Import | ast.ImportFrom)
           and getattr(node, "name", "") != "swept"]  # fmt: skip
    assert {"_row", "_kept", "sweep"} <= {getattr(node, "name", "") for node in own}
    written = [line for node in own for line in lines_of_code(ast.get_source_segment(text, node))]
    assert 30 < len(written) <= 50, len(written)


def test_rows_come_in_the_order_of_the_points_with_plain_values():
    rows = sweep(_outer, [{"n": 2}, {"n": 1}, {"n": 2}])
    assert rows == [
        {"point": {"n": 2}, "value": {"table": [[0, 0], [0, 1]], "sum": 1.0}},
        {"point": {"n": 1}, "value": {"table": [[0]], "sum": 0.0}},
        {"point": {"n": 2}, "value": {"table": [[0, 0], [0, 1]], "sum": 1.0}},
    ]


def _outer(n):
    table = np.multiply.outer(np.arange(n), np.arange(n))
    return {"table": table, "sum": np.float64(table.sum())}


def test_a_point_that_raises_loses_no_other():
    rows = sweep(binary_entropy, [{"probability": p} for p in (0.5, 1.2, 0)])
    assert [row.get("value") for row in rows] == [1, None, 0]
    assert rows[1]["error"].startswith("ValueError: Argument `probability` must lie in [0, 1]")


def test_values_alone_are_given_where_every_point_has_one():
    assert swept(binary_entropy, GRID) == [row["value"] for row in sweep(binary_entropy, GRID)]
    with pytest.raises(RuntimeError, match=r"2 of 3 points failed, first .*`probability` must lie"):
        swept(binary_entropy, [{"probability": p} for p in (2, 0.5, -1)])


def test_a_script_keeps_what_it_computed_until_all_is_there(tmp_path, monkeypatch):
    from benchmarks import sweeping

    monkeypatch.setattr(sweeping, "BUILD", tmp_path)
    with pytest.raises(RuntimeError, match="1 of 2 points failed"):
        sweeping.all_values(binary_entropy, [{"probability": p} for p in (0.5, 2)])
    assert [row.get("value") for row in lines(tmp_path / "binary_entropy.jsonl")].count(1.0) == 1
    assert sweeping.all_values(binary_entropy, GRID[:1]) == [0]
    assert not list(tmp_path.iterdir())


def _nothing(x):
    return {"nan": np.nan, "set": {1}}[x]


def test_nan_and_what_json_cannot_hold_are_errors_of_their_point():
    rows = sweep(_nothing, [{"x": "nan"}, {"x": "set"}])
    assert all("value" not in row and "Error" in row["error"] for row in rows)


def test_two_processes_give_what_one_gives(tmp_path):
    alone = sweep(binary_entropy, GRID)
    with joblib.parallel_config("loky", n_jobs=2, inner_max_num_threads=1):
        assert sweep(binary_entropy, GRID, file=tmp_path / "rows.jsonl") == alone
    kept = lines(tmp_path / "rows.jsonl")
    assert sorted(row["point"]["probability"] for row in kept) == [k / 10 for k in range(11)]


def test_what_is_in_the_file_is_not_computed_again(tmp_path):
    file = tmp_path / "rows.jsonl"
    sweep(binary_entropy, GRID[:4], file=file)
    rows = lines(file)
    rows[0]["value"] = 99  # so that one sees where it comes from
    rows[1] = {"sweep": rows[1]["sweep"], "point": rows[1]["point"], "error": "MemoryError: "}
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    values = [row["value"] for row in sweep(binary_entropy, GRID, file=file)]
    assert values == [99, *(binary_entropy(k / 10) for k in range(1, 11))]
    assert len(lines(file)) == 4 + 1 + 7  # what had failed and what was missing


def test_half_a_line_at_the_end_is_computed_again(tmp_path):
    file = tmp_path / "rows.jsonl"
    whole = sweep(binary_entropy, GRID, file=file)
    file.write_bytes(file.read_bytes()[:-20])
    assert sweep(binary_entropy, GRID, file=file) == whole
    assert len(lines(file)) == 11


@pytest.mark.parametrize(
    "line",
    [
        "[1]",
        "{}",
        '{"sweep": "nonlocality.foundations.entropies.binary_entropy", "value": 1}',
        '{"sweep": "other.function"}',
        "p,value",
        "3",
    ],
)
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path, line):
    file = tmp_path / "rows.jsonl"
    sweep(binary_entropy, GRID[:1], file=file)
    file.write_text(text := file.read_text() + line + "\n")
    with pytest.raises(ValueError, match=r"`file` must hold rows of the sweep .* but line 2 of"):
        sweep(binary_entropy, GRID, file=file)
    assert file.read_text() == text


@pytest.mark.parametrize("text", ["one line of notes", '{"sweep": "other.f", "point": {}', "3"])
def test_a_file_that_never_was_of_this_sweep_is_not_cut(tmp_path, text):
    file = tmp_path / "notes.txt"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"but line 1 of .*notes\.txt is"):
        sweep(binary_entropy, GRID, file=file)
    assert file.read_text() == text


def _length(pair):
    return [type(pair).__name__, len(pair)]


def test_a_point_is_the_same_whether_it_was_computed_or_read(tmp_path):
    fresh = sweep(_length, [{"pair": (1, 2)}], file=tmp_path / "rows.jsonl")
    assert fresh == sweep(_length, [{"pair": (1, 2)}], file=tmp_path / "rows.jsonl")
    assert fresh == [{"point": {"pair": [1, 2]}, "value": ["list", 2]}]


def test_results_of_an_array_of_jobs_are_one_file_when_joined(tmp_path):
    parts = [tmp_path / f"{task}.jsonl" for task in range(3)]
    for task, part in enumerate(parts):
        sweep(binary_entropy, GRID[task::3], file=part)
    joined = tmp_path / "all.jsonl"
    joined.write_text("".join(part.read_text() for part in parts))
    assert sweep(binary_entropy, GRID, file=joined) == sweep(binary_entropy, GRID)
    assert len(lines(joined)) == 11


def test_an_empty_grid_and_nameless_functions_are_refused():
    with pytest.raises(ValueError, match="`points` must hold at least one point"):
        sweep(binary_entropy, [])
    for function in (lambda x: x, 3):
        with pytest.raises(ValueError, match="`function` must be a function with a name"):
            sweep(function, [{"x": 1}])
    for point in (1, {"x": np.nan}, {"x": {1}}):
        with pytest.raises(ValueError, match=r"`points` must hold arguments by name, but: .+"):
            sweep(binary_entropy, [{"probability": 1}, point])
    with pytest.raises(ValueError, match="`points` must hold arguments by name, but: 'int' object"):
        sweep(binary_entropy, 3)


def test_a_killed_run_computes_only_what_is_missing(tmp_path):
    text = HEAD + "rows = sweep(square, POINTS, file=FILE); print(len(rows))"
    killed = script(text, tmp_path / "mark")
    before = lines(tmp_path / "mark.jsonl")
    assert killed.returncode == -9
    assert [row["point"]["k"] for row in before] == list(range(7))
    again = script(text, tmp_path / "mark")
    assert again.stdout == "24\n", again.stderr
    after = lines(tmp_path / "mark.jsonl")[7:]
    assert sorted(row["point"]["k"] for row in after) == [4, *range(7, 24)]  # 4 had raised


def test_when_a_process_dies_joblib_says_so_and_a_restart_finishes(tmp_path):
    text = HEAD + (
        "with joblib.parallel_config('loky', n_jobs=2, inner_max_num_threads=1):\n"
        "    print(len(sweep(square, POINTS, file=FILE)))"
    )
    killed = script(text, tmp_path / "mark")
    assert "TerminatedWorkerError" in killed.stderr
    before = len(lines(tmp_path / "mark.jsonl"))
    assert before < 24
    again = script(text, tmp_path / "mark")
    assert again.stdout == "24\n", again.stderr
    values = [row["point"]["k"] for row in lines(tmp_path / "mark.jsonl") if "value" in row]
    assert sorted(values) == [k for k in range(24) if k % 5 != 4]  # none twice


def test_on_a_dask_cluster_whose_worker_is_killed_every_point_arrives_once(tmp_path):
    run = script(HEAD + DASK, tmp_path / "mark")
    assert run.returncode == 0, run.stderr[-2000:]
    assert "Restarting worker" in run.stderr
    ks = [row["point"]["k"] for row in lines(tmp_path / "mark.jsonl")]
    assert sorted(ks) == list(range(24))


def test_a_point_that_kills_every_dask_worker_ends_the_sweep_and_keeps_the_others(tmp_path):
    always = HEAD.replace("and not Path(mark).exists()", "and not time.sleep(0.2)")
    once = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}  # and not three times
    run = script(always + DASK, tmp_path / "mark", **once)
    assert "KilledWorker" in run.stderr
    assert len(lines(tmp_path / "mark.jsonl")) >= 4


def test_a_dask_worker_without_the_package_is_named(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "sys.path[:] = [p for p in sys.path if not os.path.isdir(os.path.join(p, 'nonlocality'))]"
    )
    text = (
        "import os, subprocess, sys, joblib\n"
        "from distributed import Client, LocalCluster\n"
        "from nonlocality.foundations.sweeps import sweep\n"
        "from nonlocality.foundations.entropies import binary_entropy\n"
        "with LocalCluster(n_workers=0, dashboard_address=None) as c, Client(c) as client:\n"
        "    start = ['-m', 'distributed.cli.dask_worker', c.scheduler_address, '--no-nanny']\n"
        "    place = {'cwd': sys.argv[1], 'env': {**os.environ, 'PYTHONPATH': sys.argv[1]}}\n"
        "    worker = subprocess.Popen([sys.executable, *start, '--nthreads', '2'], **place)\n"
        "    try:\n"
        "        client.wait_for_workers(1, timeout=60)\n"
        "        with joblib.parallel_config(backend='dask'):\n"
        "            sweep(binary_entropy, [{'probability': 0.5}])\n"
        "    finally:\n"
        "        worker.terminate()\n"
        "        worker.wait()"
    )
    run = script(text, tmp_path)
    assert "ModuleNotFoundError: The workers ['tcp://" in run.stderr, run.stderr[-2000:]
    assert "have no package 'nonlocality': install it where they run." in run.stderr


def test_a_dask_cluster_without_workers_is_waited_for_and_then_named():
    text = (
        "import joblib\n"
        "from distributed import Client, LocalCluster\n"
        "from nonlocality.foundations.sweeps import sweep\n"
        "with LocalCluster(n_workers=0, dashboard_address=None) as c, Client(c):\n"
        "    with joblib.parallel_config(backend='dask', wait_for_workers_timeout=1):\n"
        "        sweep(abs, [{'x': 1}])"
    )
    run = script(text)
    assert "TimeoutError: DaskDistributedBackend has no worker after 1 seconds" in run.stderr


def test_without_dask_one_is_told_to_install_it():
    text = (
        "import sys\n"
        "sys.modules['dask'] = sys.modules['distributed'] = None\n"
        "import joblib\n"
        "with joblib.parallel_config(backend='dask'):\n"
        "    pass"
    )
    assert "Please install dask" in script(text).stderr


def test_the_lines_of_the_page_run_on_a_laptop_and_as_an_array(root, tmp_path, monkeypatch):
    page = (root / "book" / "many-at-once.md").read_text(encoding="utf-8")
    laptop = page.split("```python\n")[1].split("```")[0]
    small = laptop.replace("range(21)", "range(19, 21)").replace("range(11)", "range(2)")
    assert small.count("range(") == 2
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_grid.py").write_text(small.split("with ")[0])
    array = page.split("python - <<'end'\n")[1].split("\nend\n")[0]
    parts = {"PYTHONPATH": f"{root / 'lib'}{os.pathsep}{tmp_path}"}
    for task in range(2):
        run = script(array.replace("100", "2"), SLURM_ARRAY_TASK_ID=str(task), **parts)
        assert run.returncode == 0, run.stderr
        assert len(lines(tmp_path / f"influence-{task}.jsonl")) == 2
    run = script(small + "print(sorted(row['value'] for row in rows))")
    assert run.returncode == 0, run.stderr
    values = json.loads(run.stdout)
    closed = sorted(v / 20 - 1 / 2 - m / 20 for v in (19, 20) for m in (0, 1))
    assert values == pytest.approx(closed, abs=1e-9)


def test_a_bar_is_shown_when_asked_for():
    head = "from nonlocality.foundations import binary_entropy, sweep\n"
    shown = script(f"{head}sweep(binary_entropy, {GRID}, progress=True)")  # without a kernel
    assert "11/11" in shown.stderr
    assert script(f"{head}sweep(binary_entropy, {GRID})").stderr == ""
