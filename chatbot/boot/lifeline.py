"""Processes that end with the one that started them, even where that was killed."""

import ctypes
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def tied(how: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """For `Popen(preexec_fn=…)`: the kernel sends this signal when the starting thread ends.

    Only Linux can; elsewhere a process that was left over is stopped at the next start.
    """
    return (lambda: _libc.prctl(PR_SET_PDEATHSIG, how)) if _libc else None
