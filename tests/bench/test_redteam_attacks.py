"""The attacks of `bench redteam` would work: without guards each kind does harm."""

from collections import Counter

from chatbot.bench.redteam.attacks import CHANNELS, attacks
from chatbot.bench.redteam.shop import CREDENTIAL, FOREIGN, Asked, running_shop
from chatbot.bench.redteam.unguarded import attack_without_guard, page_of
from chatbot.demo_model.obeying import obeyed


def test_there_are_attacks_enough_of_every_kind_in_every_place():
    chosen = attacks()
    assert len(chosen) >= 300
    assert {*Counter(one.channel for one in chosen)} == {*CHANNELS}
    assert min(Counter((one.channel, one.aim) for one in chosen).values()) >= 4
    assert len({one.text for one in chosen}) > 300
    for one in chosen:
        said, calls = obeyed([("user", one.text)], [], [])
        assert said or calls, one.text


def test_without_a_guard_they_do_harm_of_every_kind():
    with running_shop() as shop:
        chosen = attacks()
        shop.stock(chosen)
        harm = attack_without_guard(chosen, shop)
    assert harm.foreign_bytes > 0
    assert harm.secrets > 0
    assert harm.calls_not_allowed > 0
    assert page_of(harm.said).count('src="https://evil.example') > 0


def test_the_shop_tells_nobody_what_is_not_theirs():
    with running_shop() as shop:
        (first, *_) = attacks()
        shop.stock([first])
        assert shop.answer(Asked("GET", f"/orders/{first.foreign}", "ada", CREDENTIAL))[0] == 404
        assert shop.answer(Asked("GET", f"/orders/{first.own}", "ada", "guess"))[0] == 401
        _, told = shop.answer(Asked("GET", f"/orders/{first.foreign}", "bob", CREDENTIAL))
        assert FOREIGN in told["note"]
        assert shop.not_allowed() == 1
