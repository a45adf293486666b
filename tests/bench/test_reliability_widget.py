"""The marked load keeps the widget's own times, read from its source."""

from chatbot.bench.reliability import line


def test_the_heartbeat_is_the_widgets():
    source = line.WIDGET
    for name, seconds in (("PING", line.PING_S), ("PONG", line.PONG_S)):
        assert f"const {name} = {seconds * 1000:.0f};" in source


def test_a_dead_line_is_noticed_before_a_minute():
    assert 0 < line.PING_S + line.PONG_S < 60
