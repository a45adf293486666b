"""Ways to write a word so that people read it and a plain search does not find it."""

from collections.abc import Callable

LETTERS = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = str.maketrans("aeocpxyikmtbh", "аеосрхуікмтвн")
LEET = str.maketrans("aeiost", "4310$7")
TRADITIONAL = str.maketrans("轮赌贷诈骗发枪药", "輪賭貸詐騙發槍藥")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
BOLD = {
    **{ord("a") + at: 0x1D41A + at for at in range(26)},
    **{ord("A") + at: 0x1D400 + at for at in range(26)},
}


def between(mark: str) -> Callable[[str], str]:
    """The mark stands between any two letters."""
    return lambda word: mark.join(word.replace(" ", ""))


DISGUISES: dict[str, Callable[[str], str]] = {
    "plain": lambda word: word,
    "capitals": str.upper,
    "full width": lambda word: word.translate(FULL_WIDTH),
    "zero width": between("\u200b"),
    "soft hyphen": between("\u00ad"),
    "tags": between("\U000e0061"),
    "combining": lambda word: "".join(letter + "\u0336" for letter in word),
    "blanks": between(" "),
    "dots": between("."),
    "hyphens": between("-"),
    "stars": between("*"),
    "emoji": between("🔥"),
    "lookalikes": lambda word: word.translate(CYRILLIC),
    "mathematical": lambda word: word.translate(BOLD),
    "leet": lambda word: word.translate(LEET),
    "traditional": lambda word: word.translate(TRADITIONAL),
    "stretched": lambda word: word[0] + "".join(
        letter * 4 if letter in LETTERS else letter for letter in word[1:]
    ),
}  # fmt: skip

# Those that `bench words` counts.
TWELVE = (
    *("capitals", "full width", "zero width", "soft hyphen", "combining", "lookalikes"),
    *("mathematical", "blanks", "dots", "emoji", "leet", "traditional"),
)
