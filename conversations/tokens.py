"""What is kept of a secret that a browser holds."""

import hashlib


def hash_of(token: str) -> str:
    """What is kept of a token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
