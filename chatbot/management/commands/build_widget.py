"""`manage.py build_widget`: packs `static/widget_source/` into `static/widget/`."""

import gzip
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatbot.boot.widget import PACKED, NotPacked, pack


class Command(BaseCommand):
    """To be run after every change of `static/widget_source/`; its result is committed."""

    help = "Pack the widget's source for browsers; needs npm, which fetches esbuild once."

    def handle(self, *args: Any, **options: Any) -> None:
        """The packed files are there, and their weights are printed."""
        try:
            pack()
        except NotPacked as reason:
            raise CommandError(str(reason)) from None
        for path in sorted(PACKED.rglob("*.js*")):
            weight = len(gzip.compress(path.read_bytes(), 9, mtime=0))
            self.stdout.write(f"{weight:>6} bytes packed  {path.relative_to(PACKED)}")
