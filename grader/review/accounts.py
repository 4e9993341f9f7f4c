"""The file of accounts: who may sign in over the network, and by which password, of which it holds hashes alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import UsageError, blame
from grader.report.write import write_atomically
from grader.review.roles import DEFAULT, ROLES, Role

MIN_PASSWORD, MAX_PASSWORD, MAX_NAME = 12, 1000, 100  # characters
MAX_FILE = 1 << 20  # bytes
_LOG2_N, _R, _P, _SALT, _HASH = 15, 8, 1, 16, 32  # 32 MiB and about a tenth of a second for one try
_MAX_MEMORY = 64 << 20  # bytes; it needs 128 · r · n of them
_SCHEME = "scrypt"
_HELP = "write it with `grader password FILE NAME`"


@dataclass(frozen=True)
class Hashed:
    """A password as the file has it: the salt and the hash, never the password."""

    salt: bytes
    hash: bytes

    @classmethod
    def of(cls, password: str) -> Hashed:
        """Return a password under a salt of its own."""
        salt = secrets.token_bytes(_SALT)
        return cls(salt, _hash(password, salt))

    def matches(self, password: str) -> bool:
        """Return whether it is this password, in a time that does not depend on where they differ."""
        return hmac.compare_digest(_hash(password, self.salt), self.hash)

    def __str__(self) -> str:
        """Return it as a field of the file."""
        return "$".join([_SCHEME, str(_LOG2_N), str(_R), str(_P), *map(_encode, (self.salt, self.hash))])


@dataclass(frozen=True)
class Accounts:
    """Who may sign in, and as what: a marker where no role is named."""

    passwords: Mapping[str, Hashed]
    roles: Mapping[str, Role] = field(default_factory=dict)
    nobody: Hashed = field(default_factory=lambda: Hashed.of(secrets.token_urlsafe(32)))  # a password that none knows

    def check(self, name: str, password: str) -> bool:
        """Return whether this is the password of that account. It takes as long for a name that is nobody's."""
        known = self.passwords.get(name)
        is_right = (known or self.nobody).matches(password)
        return is_right and known is not None


def load_accounts(path: Path) -> Accounts:
    """Return the accounts of a file.

    Raises:
        UsageError: it cannot be read, others may read or write it, or a line is not an account.
    """
    passwords: dict[str, Hashed] = {}
    roles: dict[str, Role] = {}
    for number, line in enumerate(_read_private(path).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.partition(":")
        field, _, word = rest.strip().partition(":")
        hashed = _parse(field)
        if hashed is None or find_wrong_name(name):
            raise UsageError(f"{path}, line {number}: expected NAME:{_SCHEME}$…, got something else; {_HELP}")
        role = _find_role(word)
        if role is None:
            raise UsageError(f"{path}, line {number}: role {word!r}: expected {' or '.join(ROLES)}; {_HELP}")
        if name in passwords:
            raise UsageError(f"{path}, line {number}: {name!r} is there twice; delete one of the lines")
        passwords[name], roles[name] = hashed, role
    if not passwords:
        raise UsageError(f"{path} has no account: {_HELP}")
    return Accounts(passwords, roles)


def set_password(path: Path, name: str, password: str, role: Role | None = None) -> bool:
    """Write an account's password to a file, which is made where there is none; return whether the account is new.

    Without a role it keeps the one that it has; a new one is a marker's.

    Raises:
        UsageError: the name or the password cannot be used, or the file is not one of accounts.
    """
    if wrong := find_wrong_name(name):
        raise UsageError(f"the name {name!r}: {wrong}")
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise UsageError(
            f"a password of {len(password)} characters: expected {MIN_PASSWORD} to {MAX_PASSWORD:,}, "
            "such as four words that were drawn at random"
        )
    is_there = os.path.lexists(path)
    known = load_accounts(path) if is_there else Accounts({})
    is_new = name not in known.passwords
    lines = _read_private(path).splitlines() if is_there else []
    line = f"{name}:{Hashed.of(password)}:{role or known.roles.get(name, DEFAULT)}"
    kept = [line if old.partition(":")[0] == name else old for old in lines] + [line] * is_new
    write_atomically(path, "".join(f"{one}\n" for one in kept), mode=0o600)
    return is_new


def find_wrong_name(name: str) -> str:
    """Return what is wrong with the name of an account; nothing for one that can be used."""
    if not 0 < len(name) <= MAX_NAME or name != name.strip():
        return f"expected 1 to {MAX_NAME} characters, without blanks around them"
    if ":" in name or name.startswith("#") or not name.isprintable():
        return "expected no colon, no # at the beginning, and nothing that cannot be seen"
    return ""


def _hash(password: str, salt: bytes) -> bytes:
    # However a keyboard composes an accent, it is the same password.
    data = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=1 << _LOG2_N, r=_R, p=_P, maxmem=_MAX_MEMORY, dklen=_HASH)


def _parse(field: str) -> Hashed | None:
    """Return what a field says; None where it is no hash of ours. Of other costs it is none: time would tell them."""
    scheme, *numbers, salt, digest = parts if len(parts := field.split("$")) == 6 else [""] * 6
    if [scheme, *numbers] != [_SCHEME, str(_LOG2_N), str(_R), str(_P)]:
        return None
    try:
        hashed = Hashed(base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True))
    except (binascii.Error, ValueError):
        return None
    return hashed if (len(hashed.salt), len(hashed.hash)) == (_SALT, _HASH) else None


def _find_role(word: str) -> Role | None:
    """Return the role of that word, a marker's for none; None for what is no role."""
    return next((role for role in ROLES if role == word), None) if word else DEFAULT


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _read_private(path: Path) -> str:
    """Return the text of a file that is ours alone: who else could write it would sign in as anybody."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UsageError(f"{path} is not a file: expected one of accounts; {_HELP}")
            if status.st_uid != os.geteuid():
                raise UsageError(f"{path} belongs to another user: expected a file of your own")
            if status.st_mode & 0o077:
                raise UsageError(f"{path} may be read or written by others: run chmod 600 {path}")
            content = stream.read(MAX_FILE + 1)
    except OSError as error:
        raise blame(f"{path} cannot be read", error) from error
    if len(content) > MAX_FILE:
        raise UsageError(f"{path}: expected at most {MAX_FILE:,} bytes, got more")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: expected UTF-8, got the byte 0x{content[error.start]:02x}") from error
