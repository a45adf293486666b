"""Texts in files that spreadsheets open."""

# What a spreadsheet takes for a formula: also the wide signs of Chinese keyboards, and what
# stands behind a line's end.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """The text, which a spreadsheet will not take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
