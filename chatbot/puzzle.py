"""A riddle that costs a browser a moment and a thousand of them a machine of their own.

To find is an answer so that the SHA-256 of seed, colon and answer begins
with so many zero bits: 2**bits tries on average. The seed is signed and
holds its bits and the tenant, so nothing is kept of riddles that are out;
of solved ones it is, until they would have lapsed.
"""

import hashlib
import secrets

from django.core import signing

SECONDS = 120
LONGEST_ANSWER = 20
SIGNER = signing.TimestampSigner(salt="puzzle")


def make(public_key: str, bits: int) -> dict[str, object]:
    """A new riddle for visitors of the tenant with this key; to be solved within `SECONDS`."""
    seed = SIGNER.sign(f"{secrets.token_urlsafe(9)}.{bits}.{public_key}")
    return {"seed": seed, "bits": bits}


def solved(public_key: str, seed: str, answer: str) -> str | None:
    """The riddle's own name where it is ours, this tenant's, in time and solved, else None."""
    if not (seed.isascii() and answer.isascii() and 0 < len(answer) <= LONGEST_ANSWER):
        return None
    try:
        name, bits, key = SIGNER.unsign(seed, max_age=SECONDS).split(".", 2)
    except signing.BadSignature:
        return None
    found = zero_bits(hashlib.sha256(f"{seed}:{answer}".encode()).digest())
    return name if key == public_key and found >= int(bits) else None


def zero_bits(digest: bytes) -> int:
    """With how many zero bits it begins."""
    return len(digest) * 8 - int.from_bytes(digest, "big").bit_length()


def solve(seed: str, bits: int) -> str:
    """An answer, found as a browser finds it; a second for 20 bits."""
    answer = 0
    while zero_bits(hashlib.sha256(f"{seed}:{answer}".encode()).digest()) < bits:
        answer += 1
    return str(answer)
