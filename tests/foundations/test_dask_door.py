"""The door to Dask: what joblib lacks there is added, and nothing elsewhere."""

from concurrent.futures import Future

import pytest
from joblib import Parallel, delayed

from nonlocality.foundations import dask_door


class DaskDistributedBackend:
    """A cluster of one worker that has numpy alone, and whose tasks fail as a whole."""

    client = property(lambda self: self)

    def run(self, _eval, expression):
        return {"tcp://worker": "'numpy'" in expression}

    def submit(self, call, callback):
        task = Future()
        task.callbacks = [callback]
        return task


def on_dask(monkeypatch):
    run = Parallel(return_as="generator_unordered")
    monkeypatch.setattr(run, "_backend", DaskDistributedBackend())
    monkeypatch.setattr(dask_door, "Parallel", lambda **_: run)
    return run


def test_a_task_that_fails_as_a_whole_is_told_to_joblib(monkeypatch):
    on_dask(monkeypatch)
    told = []
    task = dask_door.parallel_of(["numpy"])._backend.submit(abs, told.append)
    assert not told
    task.set_exception(error := MemoryError("the worker died"))
    assert told == [error]


def test_a_task_that_ends_well_is_told_once_by_joblib_itself(monkeypatch):
    on_dask(monkeypatch)
    told = []
    dask_door.parallel_of([])._backend.submit(abs, told.append).set_result(1)
    assert told == []


def test_workers_without_a_package_are_named_before_anything_runs(monkeypatch):
    on_dask(monkeypatch)
    with pytest.raises(ModuleNotFoundError, match=r"\['tcp://worker'\] have no package 'scipy'"):
        dask_door.parallel_of(["numpy", "scipy"])


def test_without_dask_it_is_joblib_as_it_is():
    run = dask_door.parallel_of(["no_such_package"])
    assert "submit" not in vars(run._backend)
    assert sorted(run(delayed(abs)(k) for k in (-3, 2))) == [2, 3]
