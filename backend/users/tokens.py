"""What lets somebody in without a password: long random texts, of which only digests are kept."""

import hashlib
import secrets

API_TOKEN_PREFIX = "mlk_"  # told apart from other secrets by eye and by scanners


def make_token(prefix: str = "") -> tuple[str, str]:
    """-> (the token, to be handed out once; its digest, to be kept)"""
    token = prefix + secrets.token_urlsafe(32)
    return token, digest_of(token)


def digest_of(token: str) -> str:
    # Unsalted and quick: nobody can guess 256 random bits.
    return hashlib.sha256(token.encode()).hexdigest()
