"""PDF, read by a process of its own with little time and memory.

This file is also that process: a broken or hostile file may cost it its life,
and nothing else. It imports nothing of ours.
"""

import io
import json
import sys

CPU_SECONDS, MEMORY_BYTES, MOST_PAGES = 30, 2**30, 1000
# A page with fewer characters on average is a picture of a page.
LEAST_CHARACTERS = 12


def read(content: bytes):
    """The text layer, page by page; a scan without one is `Unreadable`."""
    from chatbot.knowledge.readers.apart import read_apart  # noqa: PLC0415 - the process has none
    from chatbot.knowledge.readers.base import Reading  # noqa: PLC0415

    found = read_apart(__file__, content)
    return Reading(found["title"], found["text"])


def text_of(content: bytes) -> dict[str, str]:
    """`title` and `text` of the file, or its `problem`."""
    from pypdf import PdfReader  # noqa: PLC0415 - only this process pays for it
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        pdf = PdfReader(io.BytesIO(content))
        if pdf.is_encrypted and not pdf.decrypt(""):
            return {"problem": "The PDF is locked with a password; save it without."}
        if len(pdf.pages) > MOST_PAGES:
            return {"problem": f"The PDF has {len(pdf.pages)} pages; split it below {MOST_PAGES}."}
        pages = [_page(page.extract_text()) for page in pdf.pages]
        title = str((pdf.metadata and pdf.metadata.title) or "")
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return {"problem": f"The PDF is damaged: {str(error)[:200] or type(error).__name__}"}
    except Exception as error:  # cryptography missing, a filter unknown: whatever it names
        return {"problem": f"The PDF cannot be read: {str(error)[:200] or type(error).__name__}"}
    if sum(map(len, pages)) < LEAST_CHARACTERS * max(1, len(pages)):
        return {
            "problem": "The PDF has no text layer: it is a scan, or pictures of pages. Run text "
            "recognition (OCR) over it and upload the result."
        }
    return {"title": title, "text": "\n\n".join(filter(None, pages))}


def _page(text: str) -> str:
    """Lines that a paragraph was broken into are joined again; a short line ends one."""
    lines = [line.strip() for line in text.splitlines()]
    longest = max(map(len, lines), default=0)
    joined = ""
    for line in lines:
        if not line:
            joined = joined.rstrip() + "\n\n"
        elif line.endswith("-") and len(line) > 0.7 * longest:
            joined += line[:-1]
        else:
            joined += line + (" " if len(line) > 0.7 * longest else "\n")
    return joined.strip()


if __name__ == "__main__":
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        answer = text_of(sys.stdin.buffer.read())
    except MemoryError:
        answer = {"problem": "The PDF unpacks to more than a gigabyte, so it is not read."}
    sys.stdout.write(json.dumps(answer))
