"""A PostgreSQL server of one's own, for tests and for the benchmark."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL server, reached at `base` followed by a database's name."""

    base: str

    def create_database(self) -> str:
        """Return the URL of a new, empty database."""
        import psycopg

        name = f"test_{secrets.token_hex(6)}"
        with psycopg.connect(f"{self.base}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"{self.base}/{name}"


def find_programs() -> Path | None:
    """Return where PostgreSQL's own programs lie; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    return Path(on_path).resolve().parent if on_path else None


def _ordinary_user() -> pwd.struct_passwd:
    """Return who the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def run_cluster(programs: Path) -> Iterator[Cluster]:
    """Yield a PostgreSQL server on a free port, run by an ordinary user; it ends, and its files go, at the end."""
    user = _ordinary_user()
    folder = Path(tempfile.mkdtemp(prefix="grader-postgresql-"))
    password = folder / "password"
    password.write_text(secrets.token_hex(8))
    for path in (folder, password):
        os.chown(path, user.pw_uid, user.pw_gid)

    def run(program: str, *arguments: object) -> None:
        as_other = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        command = [str(programs / program), *map(str, arguments)]
        # Output goes to a file and not to a pipe, which the server would inherit and keep open.
        with (folder / "output").open("a") as output:
            subprocess.run(command, check=True, cwd=folder, stdout=output, stderr=output, **as_other)  # type: ignore[call-overload]  # a dict of keywords, which mypy cannot match

    data = folder / "data"

    def start() -> int:
        for attempt in range(3):
            port = _find_port()  # free now; another program may take it before the server does
            settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
            try:
                run("pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", settings, "start")
            except subprocess.CalledProcessError:
                if attempt == 2:
                    raise
            else:
                return port
        raise AssertionError

    try:
        run(
            "initdb", "-D", data, "-U", "grader", "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--no-sync"
        )
        port = start()
        try:
            yield Cluster(f"postgresql://grader:{password.read_text()}@127.0.0.1:{port}")
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
