"""What the journeys share."""

import pytest


@pytest.fixture
def nothing_breaks(live):
    """Web has logged no traceback by the end of the test."""
    before = len(live.said("web"))
    yield
    assert "Traceback" not in live.said("web")[before:]
