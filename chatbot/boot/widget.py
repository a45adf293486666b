"""The widget as browsers load it: `static/widget_source/` packed into `static/widget/` by esbuild.

What it packs is in the repository, so whoever runs or installs the product
needs neither npm nor esbuild; whoever changes `static/widget_source/` does.
"""

import json
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from chatbot.boot import npm
from chatbot.boot.paths import ROOT

SOURCE = ROOT / "static" / "widget_source"
PACKED = ROOT / "static" / "widget"
# The program itself, without the JavaScript around it.
PACKAGES = {
    ("Linux", "x86_64"): (
        "@esbuild/linux-x64@0.28.2",
        "9573bb2233aab0f9ea7647d5cca9726113cc1768de61d66b17267f4db84488f6",
    ),
}
LOADER = {"loader": "loader.js"}
MODULES = {
    "core": "core.js",
    "more": "more/index.js",
    "inline": "more/inline.js",
    "rich": "more/rich.js",
    "events": "events.js",
    "proactive": "proactive.js",
    "puzzle": "puzzle.js",
}
SHEETS = {
    "look.css": "look.css",
    "more.css": "more/more.css",
    "inline.css": "more/inline.css",
    "rich.css": "more/rich.css",
}
# Properties that only the widget's own files know are shortened; those of frames, catalogues,
# pages and the DOM are not.
# They stay the same, so that a page which has loaded one version can load parts of the next.
SHORT = SOURCE / "names.json"
BROWSERS = "es2022"
ALWAYS = ("--charset=utf8", "--log-level=warning")


class NotPacked(Exception):
    """esbuild refused, or there is none for this machine; the text says why."""


def pack(target: Path = PACKED) -> None:
    """The folder holds the packed widget and nothing else; the same source gives the same bytes."""
    with tempfile.TemporaryDirectory() as given:
        building = Path(given)
        sheets = []
        for name, source in SHEETS.items():
            _run(SOURCE / source, building / name, "--bundle", "--minify")
            sheets.append(f"--alias:{name}={building / name}")
        for name, source in LOADER.items():
            _run(SOURCE / source, building / f"{name}.js", "--minify")
        shorten = f"--mangle-props=^({'|'.join(json.loads(SHORT.read_text()))})$"
        names = f"--mangle-cache={shutil.copy(SHORT, building)}"  # which esbuild writes anew
        for name, source in MODULES.items():
            bundle = ("--bundle", "--minify", "--format=esm", "--loader:.css=text", *sheets)
            _run(SOURCE / source, building / f"{name}.js", *bundle, shorten, names)
        packed = {Path(f"{name}.js"): building / f"{name}.js" for name in (*LOADER, *MODULES)}
        for catalogue in (SOURCE / "locales").rglob("*.json"):
            if catalogue.stem != "en":  # English comes with the modules
                path = catalogue.relative_to(SOURCE)
                packed[path] = building / path
                packed[path].parent.mkdir(parents=True, exist_ok=True)
                words = json.loads(catalogue.read_text("utf-8"))
                text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
                packed[path].write_text(text, "utf-8")
        _replace(target, packed)


def _replace(target: Path, packed: dict[Path, Path]) -> None:
    """Nobody who loads a file meanwhile finds it missing."""
    for path, source in packed.items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_suffix(".partial")
        shutil.copy(source, partial)
        partial.replace(place)
    for old in target.rglob("*"):
        if old.is_file() and old.relative_to(target) not in packed:
            old.unlink()


def _run(source: Path, target: Path, *how: str) -> None:
    done = subprocess.run(  # noqa: S603
        [
            str(_esbuild()),
            str(source),
            f"--outfile={target}",
            f"--target={BROWSERS}",
            *how,
            *ALWAYS,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or done.stderr:
        raise NotPacked(done.stderr.strip())


def _esbuild() -> Path:
    chosen = PACKAGES.get((platform.system(), platform.machine()))
    if chosen is None:
        raise NotPacked("There is no esbuild chosen for this machine; see chatbot/boot/widget.py.")
    try:
        program = npm.unpacked(*chosen) / "bin" / "esbuild"
    except npm.NoPackage as reason:
        raise NotPacked(str(reason)) from None
    program.chmod(0o755)
    return program
