"""Find the reader for a file by what is in it."""

import io
import zipfile
from pathlib import PurePath

from chatbot.knowledge.readers import docx, html, markdown, pdf, table, text
from chatbot.knowledge.readers.base import Reading, Unreadable, checked

MOST_BYTES = 10 * 2**20
KINDS = "Markdown, text, HTML, CSV with questions and answers, PDF and DOCX"


def read(content: bytes, name: str = "", *, url: str = "", charset: str = "") -> Reading:
    """What the file says, with a title; `Unreadable` where nothing can be made of it.

    `name` only helps out where the content names no title; `url` is where
    relative links start from.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(
            f"It has {len(content) / 2**20:.1f} MB; at most {MOST_BYTES // 2**20} MB are taken in."
        )
    found = checked(_read(content, url, charset))
    title = found.title or PurePath(name).stem.replace("_", " ").strip()
    return Reading(title[:300] or "Untitled", found.text, found.is_answers, found.language)


def _read(content: bytes, url: str, charset: str) -> Reading:
    if b"%PDF-" in content[:1024]:
        return pdf.read(content)
    if content.startswith(b"PK\x03\x04"):
        return _read_zip(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("This is an old Word, Excel or PowerPoint file; save it as DOCX or PDF.")
    if content.startswith(b"{\\rtf"):
        raise Unreadable("This is an RTF file; save it as DOCX or PDF.")
    if html.looks_like(content):
        return html.read(content, url=url, charset=charset)
    written = text.decoded(content, charset)
    if (rows := table.rows_of(written)) is not None:
        return table.read(rows)
    if markdown.looks_like(written):
        return markdown.read(written)
    return text.read(written)


def _read_zip(content: bytes) -> Reading:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable("It is a damaged archive.") from error
    if "word/document.xml" in names:
        return docx.read(content)
    raise Unreadable(f"This is an archive or another office file; what can be read is {KINDS}.")
