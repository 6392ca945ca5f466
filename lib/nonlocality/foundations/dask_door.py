"""The way to joblib, with what it lacks on a Dask cluster.

A Dask worker without a package would fail for ever, and joblib 1.6 does not hear when a Dask task
fails as a whole (a worker dies on it four times) and waits without end. So the one is asked before,
the other told. Where joblib mends the latter, ``Parallel(return_as="generator_unordered")`` is all.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future

from joblib import Parallel


def parallel_of(packages: Iterable[str]) -> Parallel:
    """Results as they arrive, on the backend of joblib's context.

    packages: what the workers of a Dask cluster must have.
    Raises ModuleNotFoundError if one of them has not.

    >>> from joblib import delayed
    >>> sorted(parallel_of(["numpy"])(delayed(abs)(k) for k in (-2, 1)))
    [1, 2]
    """
    run = Parallel(return_as="generator_unordered")
    backend = run._backend
    if type(backend).__name__ != "DaskDistributedBackend":
        return run
    for name in packages:
        there = f"__import__('importlib.util').util.find_spec({name!r}) is not None"
        lacking = [w for w, found in backend.client.run(eval, there).items() if not found]
        if lacking:
            raise ModuleNotFoundError(
                f"The workers {lacking} have no package {name!r}: install it where they run."
            )
    submit = backend.submit

    def heard(call: Callable, callback: Callable) -> Future:
        task = submit(call, callback)
        task.add_done_callback(lambda t: t.exception() and callback(t.exception()))
        return task

    backend.submit = heard
    return run
