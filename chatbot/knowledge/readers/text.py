"""Plain text."""

import re

from chatbot.knowledge.readers.base import Reading, Unreadable

HAN = re.compile("[\u4e00-\u9fff]")
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def read(text: str) -> Reading:
    """Paragraphs as they are; a short first line that stands alone is the title."""
    first, _, rest = text.strip().partition("\n")
    alone = bool(rest) and not rest.partition("\n")[0].strip()
    if alone and len(first) <= 120 and not first.rstrip().endswith((".", "。", ":", "：", ",")):
        return Reading(first.strip(), rest)
    return Reading("", text)


def decoded(content: bytes, charset: str = "") -> str:
    """The bytes as text: as declared, UTF-8, UTF-16, GB 18030 or Windows-1252, whichever fits."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _clean(content.decode("utf-16", "replace"))
    for encoding in filter(None, (charset, "utf-8-sig", "gb18030")):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        # almost any bytes are some GB 18030, but only Chinese is mostly Chinese characters
        letters = sum(character.isalpha() for character in text)
        if encoding == "gb18030" and len(HAN.findall(text)) < 0.3 * letters:
            continue
        return _clean(text)
    return _clean(content.decode("cp1252", "replace"))


def _clean(text: str) -> str:
    if len(CONTROL.findall(text[:4096])) > 8:
        raise Unreadable(
            "This is no text. What can be read is Markdown, text, HTML, CSV with questions and "
            "answers, PDF and DOCX."
        )
    return CONTROL.sub("", text)
