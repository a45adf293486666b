"""`bench privacy` looks where the product keeps things, and finds what is there."""

import pytest
from django.conf import settings
from redis import Redis

from chatbot.bench.privacy.planting import VALUES
from chatbot.bench.privacy.run import OTHER
from chatbot.bench.privacy.scanning import places_with
from chatbot.engine.lane import text_key
from conversations.services import erasing, exporting
from tests.privacy.planted import plant

pytestmark = pytest.mark.django_db
VALUE = "Zaphod"


@pytest.fixture
def kept(acme, ben, tmp_path):
    """The value stands in tables, in Valkey, in a file and in a log."""
    planted = plant(acme, ben, VALUE)
    exporting.ask_for_export(acme, ben)
    exporting.make_exports()
    key = text_key(str(planted.reply.public_id), planted.reply.claim)
    (tmp_path / "web.log").write_text(f"asked {VALUE}\n")
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.set(key, f"Hello {VALUE}!")
        yield planted
        redis.delete(key)


def test_it_finds_the_value_in_every_kind_of_place(kept, tmp_path):
    found = places_with([VALUE, "nobody said this"], tmp_path)
    assert found == {place: {VALUE} for place in ("tables", "valkey", "files", "logs")}


def test_after_the_erasure_only_what_we_do_not_erase_is_found(
    kept, tmp_path, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_visitor(kept.talk.visitor)
    found = places_with([VALUE], tmp_path)
    assert found == {"tables": set(), "valkey": set(), "files": set(), "logs": {VALUE}}


def test_no_value_of_the_neighbour_holds_one_of_the_erased():
    assert not [one for one in OTHER if any(value in one for value in VALUES)]
