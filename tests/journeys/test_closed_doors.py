"""A socket that may not be opened is refused before it opens."""

import pytest
from websockets.exceptions import InvalidStatus

from tests.factories import make_tenant
from tests.visitor import SocketVisitor


def test_a_bad_ticket_is_refused_before_the_socket_opens(live):
    one = SocketVisitor(live, make_tenant().public_key)
    one.session["ticket"] += "x"
    with pytest.raises(InvalidStatus):
        one.open()
