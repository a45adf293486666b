"""Word's DOCX, read by a process of its own as PDF is. It imports nothing of ours."""

import io
import json
import sys
import zipfile

CPU_SECONDS, MEMORY_BYTES = 30, 2**30
# What a bomb passes: a document of 1,000 pages unpacks to about 20 MB, 10 to 1.
MOST_UNPACKED, MOST_RATIO, MOST_FILES = 100 * 2**20, 200, 2000


def read(content: bytes):
    """Headings, lists, tables and text; pictures are left out."""
    from chatbot.knowledge.readers import html  # noqa: PLC0415 - the process has none
    from chatbot.knowledge.readers.apart import read_apart  # noqa: PLC0415

    return html.read(read_apart(__file__, content)["html"])


def html_of(content: bytes) -> dict[str, str]:
    """The document as `html`, or its `problem`."""
    import mammoth  # noqa: PLC0415 - only this process pays for it

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if problem := _bomb(archive.infolist()):
                return {"problem": problem}
            for one in archive.infolist():
                if one.filename.endswith((".xml", ".rels")) and _declares(archive.read(one)):
                    return {"problem": "The document declares entities, which Word never does."}
        found = mammoth.convert_to_html(
            io.BytesIO(content), convert_image=mammoth.images.img_element(lambda _: {"src": ""})
        )
    except Exception as error:  # it raises whatever XML and zip raise
        return {"problem": f"The document is damaged: {str(error)[:200] or type(error).__name__}"}
    return {"html": f"<main>{found.value}</main>"}


def _bomb(files: list[zipfile.ZipInfo]) -> str:
    whole = sum(one.file_size for one in files)
    packed = sum(one.compress_size for one in files)
    if len(files) > MOST_FILES or whole > MOST_UNPACKED or whole > MOST_RATIO * max(packed, 1000):
        return f"The document unpacks to {whole / 2**20:,.0f} MB, so it is not read."
    return ""


def _declares(xml: bytes) -> bool:
    return b"<!ENTITY" in xml or b"<!DOCTYPE" in xml


if __name__ == "__main__":
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        answer = html_of(sys.stdin.buffer.read())
    except MemoryError:
        answer = {"problem": "The document unpacks to more than a gigabyte, so it is not read."}
    sys.stdout.write(json.dumps(answer))
