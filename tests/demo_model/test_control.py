"""Rules are kept in memory, counted down, and refused where they make no sense."""

import json

from tests.demo_model.conftest import Demo

RULE = {"match": "Refund", "times": 2, "status": 500}


def statuses(demo: Demo, question: str, count: int) -> list[int]:
    body = {"model": "demo-1", "messages": [{"role": "user", "content": question}]}
    return [demo.ask("POST", "/v1/chat/completions", body).status for _ in range(count)]


def test_a_rule_holds_for_what_it_matches_as_often_as_it_says(demo: Demo) -> None:
    quick = {"match": "*", "first_token_ms": 0, "token_ms": 0}
    assert demo.ask("PUT", "/control/behaviour", [RULE, quick]).status == 200
    assert statuses(demo, "hello", 1) == [200]
    assert statuses(demo, "a refund please", 3) == [500, 500, 200]
    assert demo.ask("GET", "/control/behaviour").json[0]["times"] == 0


def test_deleting_the_rules_brings_the_usual_behaviour_back(demo: Demo) -> None:
    demo.ask("PUT", "/control/behaviour", [{"match": "*", "status": 500}])
    demo.ask("DELETE", "/control/behaviour")
    assert statuses(demo, "hello", 1) == [200]


def test_a_rule_may_hold_for_one_endpoint(demo: Demo) -> None:
    demo.ask("PUT", "/control/behaviour", [{"endpoint": "moderations", "status": 500}])
    assert demo.ask("POST", "/v1/moderations", {"input": "x"}).status == 500
    assert statuses(demo, "hello", 1) == [200]


def test_bad_rules_change_nothing_and_the_known_settings_are_named(demo: Demo) -> None:
    demo.ask("PUT", "/control/behaviour", [RULE])
    answer = demo.ask("PUT", "/control/behaviour", [{"match": "*", "explode": 1}])
    assert answer.status == 400
    assert "explode" in answer.json["error"]["message"]
    assert "token_ms" in answer.json["error"]["message"]
    assert demo.ask("GET", "/control/behaviour").json == [RULE]


def test_the_header_wins_over_the_rules(demo: Demo) -> None:
    demo.ask("PUT", "/control/behaviour", [{"match": "*", "status": 500}])
    assert demo.chat("hello").status == 200


def test_a_fault_can_be_asked_for_in_the_address(demo: Demo) -> None:
    fault = json.dumps({"status": 503}).replace('"', "%22").replace(" ", "")
    body = {"model": "demo-1", "messages": [{"role": "user", "content": "x"}]}
    assert demo.ask("POST", f"/v1/chat/completions?fault={fault}", body).status == 503
