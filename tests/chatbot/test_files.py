"""A file is what its content says, is kept once, and opens as nothing but what it is."""

import uuid

import pytest

from conversations.models import Event, SentFile
from conversations.services.files import MOST_FILES, named, type_of
from tests.chatbot.visits import Visit, look

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
CONTENTS = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0" + b"\0" * 40,
    "image/gif": b"GIF89a" + b"\0" * 40,
    "image/webp": b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 40,
    "application/pdf": b"%PDF-1.7\n" + b"\0" * 40,
}
NEITHER = [
    b"",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<!doctype html><script>alert(1)</script>",
    b"MZ\x90\0",
    b"PK\x03\x04",
    b"\x7fELF",
    b" %PDF-1.7",
    b"RIFF\x10\0\0\0AVI LIST",
    b"GIF90a",
]


@pytest.fixture
def ada(acme):
    look(acme, takes_files=True)
    return Visit(acme)


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_picture_or_pdf_is_in_the_conversation(ada, kind):
    answer = ada.upload(CONTENTS[kind], "photo.exe")
    sent = SentFile.objects.get()
    assert answer.json() == {
        **{"id": str(sent.public_id), "name": sent.name, "type": kind},
        "size": len(CONTENTS[kind]),
    }
    event = Event.objects.get()
    assert (event.kind, event.seq, event.data["id"]) == ("file", 1, answer.json()["id"])
    opened = ada.get(f"file/{sent.public_id}")
    assert (opened.content, opened["Content-Type"]) == (CONTENTS[kind], kind)
    assert opened["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in opened["Content-Security-Policy"]
    assert ("attachment" in opened["Content-Disposition"]) == (kind == "application/pdf")


@pytest.mark.parametrize("content", NEITHER)
def test_anything_else_is_refused_whatever_its_name(ada, content):
    assert ada.upload(content, "photo.png").status_code in (400, 415)
    assert not SentFile.objects.exists()
    assert not Event.objects.exists()


def test_sent_again_it_is_the_same_file(ada):
    client_id = str(uuid.uuid4())
    first, again = (ada.upload(PNG, client_id=client_id).json() for _ in range(2))
    assert first == again
    other = ada.upload(PNG + b"more", client_id=client_id)
    assert (other.status_code, other.json()["error"]) == (409, "id_reused")
    assert (SentFile.objects.count(), ada.talk.last_seq) == (1, 1)


def test_a_large_one_is_refused(ada, settings):
    settings.UPLOAD_MAX_MB = 1
    answer = ada.upload(PNG + b"\0" * 2**20)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert "1 MB" in answer.json()["message"]


def test_a_conversation_is_no_store(ada):
    for _ in range(MOST_FILES):
        assert ada.upload(PNG).status_code == 200
    assert ada.upload(PNG).status_code == 429
    assert ada.talk.last_seq == MOST_FILES


def test_a_tenant_that_takes_no_files_gets_none(acme, ada):
    look(acme, takes_files=False)
    assert ada.upload(PNG).json()["error"] == "off"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("true", None),
        ("grep -qv EICAR", None),
        ("sh -c 'grep -q EICAR && exit 1 || exit 0'", "infected"),
        ("sh -c 'exit 2'", "not_now"),
        ("/no/such/scanner", "not_now"),
    ],
)
def test_the_operators_scanner_has_the_last_word(ada, settings, command, code):
    settings.UPLOAD_SCAN_COMMAND = command
    answer = ada.upload(PNG + b"EICAR\n\n")
    assert answer.json().get("error") == code
    assert SentFile.objects.exists() == (code is None)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("photo.png", "photo.png"),
        ("PHOTO.PNG", "PHOTO.png"),
        ("invoice.pdf.exe", "invoice.pdf.exe.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\temp\\a.png", "a.png"),
        ("gnp\u202eexe.png", "gnpexe.png"),
        ("", "file.png"),
        ("...", "file.png"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png"),
        ("é" * 300 + ".png", "é" * 150 + ".png"),
    ],
)
def test_a_name_is_safe_to_show_and_ends_as_the_content_does(name, shown):
    assert named(name, "image/png") == shown


def test_the_type_is_told_by_content():
    assert {kind: type_of(content) for kind, content in CONTENTS.items()} == {
        kind: kind for kind in CONTENTS
    }
    assert [type_of(content) for content in NEITHER] == [None] * len(NEITHER)
