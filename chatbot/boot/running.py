"""Processes of ours that run, by number and by the folder they work in.

The folder tells ours from a stranger that was given the number of one that ended.
"""

import signal
from pathlib import Path

import psutil

STOP_SECONDS = 10


def works_in(pid: int, folder: Path) -> bool:
    """Whether a process of this number runs and works in this folder."""
    try:
        return Path(psutil.Process(pid).cwd()).resolve() == folder.resolve()
    except (psutil.Error, OSError):
        return False


def stop(pid: int, how: signal.Signals) -> None:
    """The process is gone: asked in this way, and killed where it does not listen."""
    try:
        process = psutil.Process(pid)
        process.send_signal(how)
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait()
    except psutil.NoSuchProcess:
        pass


def born(pid: int) -> float:
    """When the process began, in seconds since 1970; 0 where there is none."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0
