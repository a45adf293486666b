"""What Django's list for deployment leaves out is what would bind hosts that are not ours."""

from chatbot import settings as product
from chatbot.boot import checking


def test_the_whole_list_is_gone_through_with_every_check_of_the_code():
    assert "--deploy" in checking.STEPS["Django's checks"]
    assert checking.LIVE["PUBLIC_URL"].startswith("https://")


def test_two_things_of_it_are_left_out():
    assert product.SILENCED_SYSTEM_CHECKS == ["security.W005", "security.W021"]
