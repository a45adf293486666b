"""How PostgreSQL reads each language."""

# By the first letters of a language's tag. Chinese is cut into pairs of characters
# before PostgreSQL sees it (`terms`); the Latin words between are mostly English.
CONFIGS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
    "zh": "english",
}
PLAIN = "simple"


def config_of(language: str) -> str:
    """The text-search configuration for a language tag; words as they are for one unknown to it."""
    return CONFIGS.get(language.lower().partition("-")[0].partition("_")[0], PLAIN)
