"""A Dask cluster in the place of a sandbox: submissions go there as text, evidence comes back as text.

Reading, judging and writing stay here, so the reports are those of a batch on one machine, byte for byte. Imported only
where a cluster is asked for; the package `distributed` is an extra.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from uuid import uuid4

import grader
from grader.batch.dask_worker import NEEDS_DATA, run_remotely
from grader.batch.serialization import (
    RemoteSetup,
    parse_execution,
    render_files,
    render_setup,
    render_submission,
)
from grader.errors import ClusterError, IsolationError, SandboxError, UsageError
from grader.model import Execution, Limits, Probe, Submission
from grader.pipeline import Grader, Isolation
from grader.spec.data import name_with_data

try:
    from distributed import Client, KilledWorker
except ImportError as error:  # pragma: no cover - seen by hand, in an environment without it
    raise UsageError("--executor dask://… needs the package distributed: pip install 'numgrade[dask]'") from error

SCHEME = "dask://"
_CONNECT_S, _WORKERS_S = 15, 60
_PER_SLOT, _LEAST = 2, 8


class Cluster:
    """A connected cluster. Safe for any number of threads."""

    def __init__(self, client: Client, setup: RemoteSetup, data: Mapping[str, bytes]) -> None:
        """Run submissions on the workers that `client` knows, with the course's `data`."""
        self._client, self._setup, self._text = client, setup, render_setup(setup)
        self._data = json.dumps(render_files(data)) if data else ""

    @property
    def in_flight(self) -> int:
        """How many submissions to have under way: enough that no worker waits, few enough to hold in memory."""
        slots: int = sum(self._client.nthreads().values())
        return max(_LEAST, _PER_SLOT * slots)

    @contextmanager
    def open_sandbox(self) -> Iterator[Cluster]:
        """Yield the cluster as a sandbox; every worker opens its own when first needed."""
        yield self

    def run(self, submission: Submission, _probes: Sequence[Probe], _probes_sha256: str, /) -> Execution:
        """Run a submission on some worker; where one is lost, Dask gives it to another.

        Raises:
            SandboxError: its sandbox failed there, or one worker after the other was lost over it.
            IsolationError: a worker does not give the isolation that was asked for.
            ClusterError: the scheduler is gone, or a worker has another version.
        """
        sent = render_submission(submission)
        text = self._ask(sent)
        if text == NEEDS_DATA:  # a worker that is new, or was started anew
            text = self._ask(sent, self._data)
        if text.startswith('{"error"'):
            answer = json.loads(text)
            kinds = {kind.__name__: kind for kind in (IsolationError, ClusterError)}
            raise kinds.get(answer["error"], SandboxError)(answer["message"])
        return parse_execution(text, submission, self._setup.probes_sha256)

    def _ask(self, *texts: str) -> str:
        # `pure=False` and a name of its own: Dask must not take two students' equal files for one task.
        name = f"grade-{uuid4().hex}"
        try:
            future = self._client.submit(run_remotely, self._text, *texts, key=name, pure=False)
            answer = future.result()
        except KilledWorker as error:
            raise SandboxError(f"one Dask worker after the other was lost over this submission: {error}") from error
        except Exception as error:  # whatever Dask raises, it is no verdict: the batch stops and can be started again
            raise ClusterError(f"the Dask cluster failed: {type(error).__name__}: {error}") from error
        if not isinstance(answer, str):
            raise ClusterError(f"a Dask worker sent back {type(answer).__name__}: expected text")
        return answer


@contextmanager
def connect(
    address: str, made: Grader, isolation: Isolation, limits: Limits, hidden: tuple[str, ...]
) -> Iterator[Cluster]:
    """Connect to the scheduler at `address` (`dask://host:port`, or `dask://tls://host:port`).

    Raises:
        UsageError: there is no scheduler, or it has no workers.
    """
    setup = RemoteSetup(
        grader=grader.__version__,
        packages=made.course.file.packages,
        isolation=isolation,
        limits=limits,
        hidden=hidden,
        probes=made.probes,
        probes_sha256=made.probes_sha256,
        data_sha256=name_with_data("", made.data),
    )
    client = _connect(address)
    try:
        yield Cluster(client, setup, made.data)
    finally:
        with suppress(Exception):  # the scheduler may be gone; the reports are written
            client.close()


def _connect(address: str) -> Client:
    place = address.removeprefix(SCHEME)
    place = place if "://" in place else f"tcp://{place}"
    try:
        client = Client(place, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"--executor = {address!r}: no Dask scheduler answers there: {error}") from error
    try:
        client.wait_for_workers(1, timeout=_WORKERS_S)
    except TimeoutError as error:
        client.close()
        raise UsageError(f"--executor = {address!r}: the scheduler has no workers after {_WORKERS_S} s") from error
    return client
