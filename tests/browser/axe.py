"""axe-core on a page: what a machine can find of barriers."""

import functools
import hashlib
import subprocess
import tarfile
from typing import Any

import pytest
from playwright.sync_api import Page

from chatbot.boot.locks import only_one
from chatbot.boot.paths import VAR

PACKAGE = "axe-core@4.10.3"
SHA256 = "0f2b4d7dcdf7d1219df8d1959ad68e565f51d14c3f0d88bb71cd59abeb956292"
FOLDER = VAR / "axe"
RUN = """async () => (await axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
})).violations.map(({ id, impact, nodes }) => ({
  id, impact, where: nodes.slice(0, 3).map((one) => one.html.slice(0, 200)),
}))"""
GRAVE = {"serious", "critical"}


def serious(page: Page, but: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The serious and critical findings on the page as it is now, without those of these rules."""
    page.evaluate(_script())
    found = page.evaluate(RUN)
    return [one for one in found if one["impact"] in GRAVE and one["id"] not in but]


@functools.cache
def _script() -> str:
    """From npm, once for a clone; a test fails where it cannot be had."""
    archive = FOLDER / f"{PACKAGE.replace('@', '-')}.tgz"
    with only_one(VAR / "axe.lock", "another run is fetching axe-core; waiting for it"):
        if not archive.exists():
            FOLDER.mkdir(parents=True, exist_ok=True)
            done = subprocess.run(
                ["npm", "pack", "--silent", PACKAGE],
                cwd=FOLDER,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                pytest.fail(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-300:]}")
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
        pytest.fail(f"{PACKAGE} is not the file it was when it was chosen.")
    with tarfile.open(archive) as package:
        file = package.extractfile("package/axe.min.js")
        assert file
        return file.read().decode()
