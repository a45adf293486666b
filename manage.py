#!/usr/bin/env python3
"""Django's door, and the only command there is: `up`, `test`, `bench` and all of Django's own.

It runs with the bare Python of a fresh machine: what it needs it installs
into `.venv` beside this file.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - for whoever has an older one
    sys.exit(
        "Counterfoil needs Python 3.11 or newer; this is Python {}.{}.\n"
        "Install a newer one and call it by its name, for example: "
        "python3.11 manage.py up".format(*sys.version_info[:2])
    )

from chatbot.boot.entry import main

if __name__ == "__main__":
    sys.exit(main(sys.argv))
