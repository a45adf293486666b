"""A process that takes in what waits, until nothing does or somebody kills it."""

import time

import django

django.setup()

from chatbot.knowledge.jobs import work  # noqa: E402 - Django has to be set up first
from chatbot.models import Job  # noqa: E402


def main() -> None:
    """No job is open any more."""
    while Job.objects.filter(ended_at=None).exists():
        if not work(5):
            time.sleep(0.05)


if __name__ == "__main__":
    main()
