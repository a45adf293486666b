"""Ports on this machine."""

import errno
import socket


def free_port(wanted: int = 0) -> int:
    """The wanted port, or the next one above it that is free; any free one for 0.

    Free is a port at which nobody listens, on IPv6 either: a browser asks there first.
    """
    if not wanted:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            return probe.getsockname()[1]
    for port in range(wanted, min(wanted + 100, 65536)):
        if _is_free(socket.AF_INET, "127.0.0.1", port) and _is_free(socket.AF_INET6, "::1", port):
            return port
    raise SystemExit(f"No port from {wanted} to {wanted + 99} is free; name another with --port.")


def answers(port: int) -> bool:
    """Whether somebody on this machine accepts connections at this port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_free(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError:
        raise SystemExit(f"Port {port} needs more rights than this user has.") from None
    except OSError as error:
        return error.errno != errno.EADDRINUSE  # a machine without IPv6 uses no port of it
    return True
