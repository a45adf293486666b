"""Sentences that visitors are told, in their language.

Code says them in English; `sentences/` has a file for each other language,
with the English sentence as the key. `{names}` stand for what is filled in.
"""

import functools
import json
from pathlib import Path

CATALOGUES = Path(__file__).resolve().parent / "catalogues"
LOCALES = ("en", "zh", "ar", "es", "fr", "de", "pt", "ja")


def language_of(locale: str) -> str:
    """Which of `LOCALES` a browser's tag means: `pt-BR` is `pt`; English for all others."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in LOCALES else "en"


def told(sentence: str, locale: str, **values: str) -> str:
    """The sentence in the language of this locale, filled in; in English where it has none."""
    words = catalogue(language_of(locale)).get(sentence, sentence)
    return words.format(**values) if values else words


@functools.cache
def catalogue(language: str) -> dict[str, str]:
    """Every sentence of this language by its English one; empty for English."""
    path = CATALOGUES / f"{language}.json"
    if not path.exists():
        return {}
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found
