"""The documentation is whole: every link leads somewhere, every setting and command is told of."""

import re

import pytest
from django.core.management import get_commands
from django.test import Client
from django.urls import reverse

from chatbot.env import ROOT, Env
from chatbot.handbook import settings as table
from chatbot.handbook.markdown import INDEX, render
from chatbot.handbook.pages import FOLDER, OTHERS, contents, page
from chatbot.management.commands.bench import BENCHES

SLUGS = sorted(path.stem for path in FOLDER.glob("*.md"))
OUTSIDE = ("https://", "mailto:")
# A file of the repository as the pages name it, between backticks.
NAMED_FILE = re.compile(r"`((?:chatbot|billing|conversations|tests|static|docs)/[\w./-]+)`")
# Commands that `manage.py` knows before Django: chatbot/boot/entry.py.
BOOT = {"up", "test", "check_code", "reset"}


def words() -> str:
    return "\n".join((FOLDER / f"{slug}.md").read_text() for slug in SLUGS)


def broken(links, home):
    for link in links:
        if link.startswith(OUTSIDE):
            continue
        file, _, anchor = link.partition("#")
        slug = file.removesuffix(".md") if file else home
        if slug not in SLUGS or (file and not file.endswith(".md")):
            yield f"{link}: no such page"
        elif anchor and anchor not in {one.anchor for one in page(slug).headings}:
            yield f"{link}: no such place"


@pytest.mark.parametrize("slug", SLUGS)
def test_every_link_and_every_file_that_is_named_is_there(slug):
    assert list(broken(page(slug).links, slug)) == []
    named = NAMED_FILE.findall((FOLDER / f"{slug}.md").read_text())
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_a_link_that_leads_nowhere_is_noticed():
    links = render("[a](nowhere.md) [b](install.md#nowhere) [c](#nowhere) [d](../README.md)").links
    assert len(list(broken(links, "install"))) == 4


def test_the_readme_leads_to_pages_that_are_there():
    readme = render((ROOT / "README.md").read_text())
    anchors = {one.anchor for one in readme.headings}
    for link in readme.links:
        file, _, anchor = link.partition("#")
        if link.startswith(OUTSIDE):
            continue
        assert (ROOT / file).exists() if file else anchor in anchors, link
        if anchor and file.startswith("docs/"):
            there = page(file.removeprefix("docs/").removesuffix(".md"))
            assert anchor in {one.anchor for one in there.headings}, link


def test_the_table_of_settings_is_the_codes():
    assert table.PAGE.read_text() == table.written(), "run `python3 manage.py document_settings`"


def test_every_setting_has_its_sentence():
    told = [name for group in table.SETTINGS.values() for name in group]
    assert sorted(told) == sorted(Env.model_fields), "chatbot/handbook/sentences.py"


def test_a_setting_without_a_sentence_is_shown_all_the_same():
    assert "| `SECRET_KEY` | from `up` |  |" in table.tables({})


def test_every_command_and_bench_of_ours_is_told_of():
    ours = {name for name, app in get_commands().items() if app in ("chatbot", "billing")}
    told = words()
    missing = [name for name in sorted(ours | BOOT) if f"manage.py {name}" not in told]
    missing += [f"bench {name}" for name in BENCHES if f"manage.py bench {name}" not in told]
    assert missing == []


def test_every_page_opens_for_everybody_and_lists_the_others(db, client: Client):
    pages = [one for group in contents() for one in group.pages]
    assert {one.slug for one in pages} == set(SLUGS) - {INDEX}
    for one in pages:
        answer = client.get(reverse("handbook-page", args=[one.slug]))
        assert answer.status_code == 200
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert f'aria-current="page">{one.title}<' in answer.text
        assert all(f">{other.title}</a>" in answer.text for other in pages)
    assert "Documentation</h1>" in client.get(reverse("handbook")).text


def test_what_is_no_page_is_not_found(client: Client):
    assert [client.get(f"/docs/{name}/").status_code for name in ("nothing", INDEX)] == [404, 404]


def test_examples_name_this_server(db, client: Client, settings):
    settings.PUBLIC_URL = "https://talk.acme.example"
    text = client.get(reverse("widget-docs")).text
    assert "https://talk.acme.example/widget.js" in text
    assert "wss://talk.acme.example" in text
    assert "chat.example.com" not in text


def test_a_page_that_the_first_does_not_list_stands_at_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr("chatbot.handbook.pages.FOLDER", tmp_path)
    (tmp_path / "README.md").write_text("# All\n\n## First\n\n- [B](b.md)\n")
    (tmp_path / "a.md").write_text("# Page *A*\n")
    (tmp_path / "b.md").write_text("# Page `B`\n")
    found = [(group.title, [one.title for one in group.pages]) for group in contents()]
    assert found == [("First", ["Page B"]), (OTHERS, ["Page A"])]


def test_anchors_are_those_of_code_hosts_and_html_stays_text():
    found = render("# One `two`, three!\n\n# One two three\n\n<b>x</b> <!-- gone -->\n")
    assert [one.anchor for one in found.headings] == ["one-two-three", "one-two-three-1"]
    assert "<b>" not in found.html
    assert "gone" not in found.html
