"""CPU that processes have used, in seconds."""

import contextlib
from urllib.parse import urlsplit

import psutil
from django.conf import settings
from django.db import connection


def of_tree(pid: int) -> float:
    """CPU of a process, its children and those that have ended; 0 of one that is gone."""
    total = 0.0
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                times = one.cpu_times()
                total += times.user + times.system
        times = process.cpu_times()
        total += times.children_user + times.children_system
    return total


def server_pids() -> dict[str, int]:
    """The processes of `postgres` and `valkey`, found by the ports they listen on."""
    ports = {
        int(connection.settings_dict["PORT"]): "postgres",
        urlsplit(settings.REDIS_URL).port: "valkey",
    }
    return {
        ports[one.laddr.port]: one.pid
        for one in psutil.net_connections("tcp")
        if one.pid and one.status == psutil.CONN_LISTEN and one.laddr.port in ports
    }
