"""Passwords as Argon2id hashes."""

from functools import cache

from pwdlib import PasswordHash

_hasher = PasswordHash.recommended()


def hash_password(password: str) -> str:
    """Takes a tenth of a second and 64 MiB on purpose."""
    return _hasher.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """False where there is no hash, after the same time: it must not tell which names are known."""
    fits = _hasher.verify(password, password_hash or _nobodys_hash())
    return fits and password_hash is not None


@cache
def _nobodys_hash() -> str:
    return hash_password("")
