"""Writes what was rendered so that no reader ever meets half of it."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from grader.errors import UsageError


def write_atomically(path: Path, text: str) -> None:
    """Write `text` so that `path` holds the old content or all of the new, never a part; a link there is replaced.

    Raises:
        UsageError: the place cannot be written to.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    # Opened by flags and not by `tempfile`, whose mode 600 would survive the move and shut other staff out.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL  # O_EXCL follows no link
    try:
        with os.fdopen(os.open(temporary, flags, 0o666), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        temporary.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):  # already moved, or never made
            temporary.unlink()
