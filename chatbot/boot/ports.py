"""Ports on this machine."""

import socket


def free_port(wanted: int = 0) -> int:
    """The wanted port, or the next one above it that is free; any free one for 0."""
    for port in range(wanted, wanted + 100) if wanted else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise SystemExit(f"No port from {wanted} to {wanted + 99} is free; name another with --port.")


def answers(port: int) -> bool:
    """Whether somebody on this machine accepts connections at this port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
