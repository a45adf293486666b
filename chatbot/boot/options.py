"""What `manage.py up` can be told."""

import argparse


def read(words: list[str]) -> argparse.Namespace:
    """The options; a mistake in them ends the command and says which."""
    parser = argparse.ArgumentParser(
        prog="manage.py up", description="Run the whole product on this machine, until Ctrl-C."
    )
    parser.add_argument(
        "--port", type=_port, default=8000, help="where to serve; the next free one is taken"
    )
    parser.add_argument("--no-demo", action="store_true", help="without the demo tenant")
    return parser.parse_args(words)


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError("a port lies between 1 and 65535")
    return port
