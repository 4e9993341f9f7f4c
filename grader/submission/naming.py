"""Names of files and students: what is ignored, what is shown, and which folder a student's report gets."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata

EXTENSIONS = (".ipynb", ".py")
# Besides dot-files (.ipynb_checkpoints, .DS_Store): what Python and file managers leave behind, and requests for
# another look, which are no part of what was submitted.
_REQUEST = re.compile(r"regrade[^/]*\.ya?ml", re.IGNORECASE | re.DOTALL)
_IGNORED = re.compile(
    rf"__pycache__|__macosx|(?:eh)?thumbs\.db|desktop\.ini|icon\r|~\$.*|{_REQUEST.pattern}", re.IGNORECASE | re.DOTALL
)
# Dot-files that systems and editors make, so that nobody has to be told of them.
_SYSTEM = re.compile(
    r"\._.*|\.(?:ds_store|ipynb_checkpoints|git.*|vscode|idea|spotlight-v100|trashes|fseventsd|localized|~lock\..*)",
    re.IGNORECASE | re.DOTALL,
)
# What a batch writes beside the students' folders, and where it unpacks an archive.
_RESERVED = re.compile(r"batch\..*|\.unpacked", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_FOLDER_BYTES = 200  # file systems allow 255, and an atomic write needs a longer name for a moment
_KEPT_BYTES = 120


def is_ignored(name: str) -> bool:
    """Return whether an entry of this name is passed over without a word."""
    return name.startswith(".") or _IGNORED.fullmatch(name) is not None


def is_hidden(name: str) -> bool:
    """Return whether an entry is passed over for its dot alone, and may be somebody's who is called so."""
    return name.startswith(".") and _SYSTEM.fullmatch(name) is None


def is_request(name: str) -> bool:
    """Return whether a file of this name asks for another look: it is no part of what was submitted."""
    return _REQUEST.fullmatch(name) is not None


def split_extension(name: str) -> tuple[str, str]:
    """Return stem and extension ('.ipynb', '.py'), or the whole name and '' where it is neither."""
    for extension in EXTENSIONS:
        if name.lower().endswith(extension):
            return name[: -len(extension)], extension
    return name, ""


def well_formed(text: str) -> str:
    r"""Return `text` with lone surrogates, which no UTF-8 report can hold, spelled out as in `\udcff`."""
    return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def shown(name: str) -> str:
    """Return `name` for a message: what would move a cursor or break a line is escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def folder_name(name: str, taken: set[str] | None = None) -> str:
    """Return and take the folder for a student's reports: the name where it is plain and free, else percent-encoded.

    Where the encoding would be too long for a file system, its end gives way to a digest. Two names are one where they
    differ by case or composition alone: file systems of macOS and Windows do not tell them apart.

    Args:
        name: the student's.
        taken: the folders of others, as `fold` gives them; this one is added.
    """
    taken = set() if taken is None else taken
    for escaped in range(len(name) + 1):  # plain characters are encoded too, from the first on, until nobody has it
        folder = _fitted("".join(_percent(c) if i < escaped else _kept(c) for i, c in enumerate(name)), name)
        if folder not in {"", ".", ".."} and not _RESERVED.fullmatch(folder) and fold(folder) not in taken:
            taken.add(fold(folder))
            return folder
    raise ValueError(f"no folder is left for {name!r}")


def fold(folder: str) -> str:
    """Return what names of folders have in common that some file system takes for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folder).casefold())


def _fitted(encoded: str, name: str) -> str:
    if len(encoded.encode()) <= _FOLDER_BYTES:
        return encoded
    kept = encoded.encode()[:_KEPT_BYTES].decode(errors="ignore")
    return f"{kept}%{hashlib.sha256(encoded.encode() + os.fsencode(name)).hexdigest()[:24]}"


def _kept(char: str) -> str:
    return char if char in "._-" or char.isalnum() else _percent(char)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in os.fsencode(char))
