"""Packages of npm for building and testing, known by their hash; nothing of them is installed."""

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

from chatbot.boot.console import say
from chatbot.boot.locks import only_one
from chatbot.boot.paths import VAR

FOLDER = VAR / "npm"


class NoPackage(Exception):
    """It could not be fetched, or is another file than it was; the text says which."""


def pack(package: str, sha256: str, folder: Path) -> Path:
    """The archive of this package, `name@version`, lies in the folder."""
    if not shutil.which("npm"):
        raise NoPackage(f"There is no npm here, which fetches {package}.")
    done = subprocess.run(  # noqa: S603
        ["npm", "pack", "--silent", package],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        raise NoPackage(f"npm could not fetch {package}: {done.stderr.strip()[-300:]}")
    if hashlib.sha256(archives[0].read_bytes()).hexdigest() != sha256:
        raise NoPackage(f"{package} is not the file it was when it was chosen.")
    return archives[0]


def unpacked(package: str, sha256: str) -> Path:
    """The folder of this package's files, fetched when it is first asked for."""
    folder = FOLDER / package.replace("/", "+")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with only_one(VAR / "npm.lock", "another command is fetching a package; waiting for it"):
        if not folder.exists():
            say(f"fetching {package} through npm")
            building = folder.with_name(f"{folder.name}.partial")
            shutil.rmtree(building, ignore_errors=True)
            building.mkdir(parents=True)
            archive = pack(package, sha256, building)
            with tarfile.open(archive) as files:
                files.extractall(building, filter="data")
            archive.unlink()
            building.rename(folder)
    return folder / "package"
