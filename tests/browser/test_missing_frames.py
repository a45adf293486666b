"""Frames that are lost, repeated or out of date change nothing that is shown."""

TELL = """async ([address, frames]) => {
    const { Timeline } = await import(address);
    const timeline = new Timeline();
    const missed = [];
    for (const frame of frames) {
        if (timeline.misses(frame)) missed.push(frame.seq ?? frame.offset);
        else if (frame.type === 'event') timeline.event(frame);
        else timeline.delta(frame);
    }
    const items = [...timeline.said, ...timeline.live.values()];
    const resume = JSON.parse(JSON.stringify(timeline.resume())); // as it goes over the line
    return { missed, resume, texts: items.map((item) => item.text) };
}"""


def event(seq, kind, **data):
    return {"type": "event", "seq": seq, "kind": kind, "data": data}


def asked(seq):
    return event(seq, "message", id=f"m{seq}", role="visitor", text="Hi", reply="r")


def delta(offset, text, claim=1):
    return {"type": "delta", "reply": "r", "claim": claim, "offset": offset, "text": text}


def told(site, page, *frames):
    page.goto(site.publish("/", ""))
    return page.evaluate(TELL, [f"{site.url}/src/timeline.js", list(frames)])


def test_an_event_that_leaves_a_hole_is_missed_and_a_repeated_one_is_not(site, page):
    found = told(site, page, asked(1), asked(1), asked(3))
    assert found["missed"] == [3]
    assert found["resume"] == {"type": "resume", "after": 1}


def test_pieces_may_overlap_but_not_leave_a_hole(site, page):
    found = told(site, page, asked(1), delta(0, "One"), delta(2, "e two"), delta(10, "four"))
    assert found["texts"][-1] == "One two"
    assert found["missed"] == [10]
    assert found["resume"] == {
        "type": "resume", "after": 1, "reply": "r", "claim": 1, "offset": 7
    }  # fmt: skip


def test_offsets_count_characters_that_are_two_units_long_once(site, page):
    found = told(site, page, asked(1), delta(0, "\U0001f44d\U0001f44d"), delta(1, "\U0001f44dok"))
    assert found["texts"][-1] == "\U0001f44d\U0001f44dok"
    assert found["resume"]["offset"] == 4


def test_text_of_an_older_claim_is_forgotten(site, page):
    found = told(site, page, asked(1), delta(0, "Old"), delta(0, "New", 2), delta(3, "er", 1))
    assert found["texts"][-1] == "New"
    assert found["missed"] == []


def test_an_event_of_a_newer_server_is_counted_and_no_more(site, page):
    found = told(site, page, asked(1), event(2, "reply.rated", reply="r"), event(3, "weather"))
    assert found["missed"] == []
    assert found["resume"] == {"type": "resume", "after": 3}
    assert found["texts"] == ["Hi", ""]


def test_a_piece_that_comes_after_the_end_changes_nothing(site, page):
    done = event(2, "reply.done", reply="r", role="assistant", text="Whole.", citations=[])
    found = told(site, page, asked(1), delta(0, "Wh"), done, delta(2, "ole."))
    assert found["texts"] == ["Hi", "Whole."]
    assert found["missed"] == []
