"""Judging at the transcript: the panel, the scores, what the others found, what comes of it."""

import pytest
from django.urls import reverse

from chatbot.models import EvaluationCase, EvaluationSet
from conversations.models import Rating, ReviewTask, Score, Thumb
from conversations.services import reviewing
from tests import factories
from tests.review.judging import make_criterion, make_talk, reply_of, score

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita(acme, client):
    person = factories.make_member(acme, "rita", "reviewer")
    client.force_login(person)
    return person


@pytest.fixture
def talk(acme):
    return make_talk(acme)


def page_of(talk, **query):
    page = reverse("admin:conversations_conversation_change", args=[talk.pk])
    return page + (
        "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    )


def judge_url(talk, reply=None):
    return reverse("review:judge", args=[talk.pk]) + (f"?judge={reply.seq}" if reply else "")


def test_a_reply_is_judged_with_what_the_visitor_thought_beside(acme, talk, rita, client):
    correct, reply = make_criterion(acme, question="Is it true?"), reply_of(talk)
    Thumb.objects.create(
        tenant=acme,
        conversation=talk,
        message=reply,
        value=-1,
        reason=Thumb.Reason.WRONG,
        at=reply.created_at,
    )
    shown = client.get(page_of(talk, judge=reply.seq)).text
    for words in ("Judge this reply", "Is it true?", "thumb points down: it is wrong", "30 days."):
        assert words in shown
    answer = client.post(judge_url(talk, reply), {f"c{correct.pk}": "2"})
    assert answer.url == page_of(talk, judge=reply.seq) + "#review"
    assert Score.objects.get().value == 2
    shown = client.get(page_of(talk)).text
    assert '<span class="talk-badge">Correct: 2</span>' in shown
    client.post(judge_url(talk, reply), {f"c{correct.pk}": ""})
    assert not Score.objects.exists()


def test_the_whole_is_judged_and_the_next_one_comes(acme, talk, rita, client):
    resolved = make_criterion(acme, "Resolved", about="conversation", scale="yes_no")
    Rating.objects.create(
        tenant=acme, conversation=talk, score=2, comment="Slow", at=talk.updated_at
    )
    other = make_talk(acme)
    reviewing.put_in_queue([talk, other], [rita])
    shown = client.get(page_of(talk)).text
    for words in ("The visitor gave 2 of 5: “Slow”", "Waits for you", "2 in your queue"):
        assert words in shown
    posted = {f"c{resolved.pk}": "0", "note": "Too slow.", "then": "next"}
    answer = client.post(judge_url(talk), posted, follow=True)
    assert answer.redirect_chain[-1][0] == page_of(other) + "#review"
    done = ReviewTask.objects.get(conversation=talk)
    assert (done.state, done.note, Score.objects.get().value) == ("done", "Too slow.", 0)
    assert "Judged by you" in client.get(page_of(talk)).text


def test_a_colleague_is_asked_once_and_nobody_who_may_not(acme, ben, cleo, talk, rita, client):
    url = reverse("review:ask", args=[talk.pk])
    assert f">{cleo}</option>" in client.get(page_of(talk)).text
    for words in ("It waits for cleo", "has it already"):
        assert words in client.post(url, {"reviewer": cleo.pk}, follow=True).text
    assert ReviewTask.objects.get().reviewer == cleo
    assert client.post(url, {"reviewer": ben.pk}).status_code == 404
    assert "It waits for anybody" in client.post(url, {"reviewer": ""}, follow=True).text


def test_others_scores_show_once_ones_own_are_given(acme, talk, rita, cleo, client):
    correct, tone, reply = make_criterion(acme), make_criterion(acme, "Tone"), reply_of(talk)
    score(talk, correct, cleo, 1)
    shown = client.get(page_of(talk, judge=reply.seq)).text
    assert "1 other judged it" in shown
    assert "Correct: 1" not in shown
    client.post(judge_url(talk, reply), {f"c{correct.pk}": "5"})
    assert "Correct: 1" not in client.get(page_of(talk, judge=reply.seq)).text
    client.post(judge_url(talk, reply), {f"c{tone.pk}": "5"})
    assert "Correct: 1" in client.get(page_of(talk, judge=reply.seq)).text


@pytest.mark.parametrize("value", ["0", "6", "٣"])
def test_what_is_no_score_is_refused_or_left_out(acme, talk, rita, client, value):
    correct = make_criterion(acme)
    client.post(judge_url(talk, reply_of(talk)), {f"c{correct.pk}": value})
    assert set(Score.objects.values_list("value", flat=True)) <= {3}


def test_a_reply_that_is_not_there_is_not_judged(acme, talk, rita, client):
    correct = make_criterion(acme)
    url = reverse("review:judge", args=[talk.pk])
    for seq in ("999", "x", "9" * 30, str(talk.messages.get(role="visitor").seq)):
        answer = client.post(f"{url}?judge={seq}", {f"c{correct.pk}": "3"}, follow=True)
        assert "not there any more" in answer.text
    assert not Score.objects.exists()
    assert not ReviewTask.objects.exists()


def test_the_question_becomes_a_case_once(acme, talk, rita, client):
    chosen, reply = EvaluationSet.objects.create(tenant=acme, name="Basics"), reply_of(talk)
    shown = client.get(page_of(talk, judge=reply.seq)).text
    assert "How long do returns take?” is asked of every version" in shown
    url = reverse("add-case", args=[talk.pk, reply.seq])
    for _ in range(2):
        client.post(url, {"set": chosen.pk, "expected": "Thirty days."})
    case = EvaluationCase.objects.get()
    assert (case.question, case.expected) == ("How long do returns take?", "Thirty days.")
    assert case.source_message.text == case.question


def test_a_manager_makes_an_article_of_the_question(acme, talk, rita, cleo, client):
    reply = reply_of(talk)
    assert "Make this an article" not in client.get(page_of(talk, judge=reply.seq)).text
    client.force_login(cleo)
    shown = client.get(page_of(talk, judge=reply.seq)).text
    start = shown.index(reverse("admin:chatbot_document_add"))
    link = shown[start : shown.index('"', start)].replace("&amp;", "&")
    assert 'value="How long do returns take?"' in client.get(link).text


def test_without_criteria_the_way_to_them_is_shown(acme, talk, rita, cleo, client):
    assert "There is no criterion" in client.get(page_of(talk)).text
    client.force_login(cleo)
    criteria = reverse("admin:conversations_criterion_changelist")
    assert "Begin with five usual ones" in client.get(criteria).text
    client.post(reverse("review:begin", args=[acme.slug]))
    shown = client.get(criteria).text
    assert "Resolved" in shown
    assert "Begin with" not in shown
    assert "Is all of it true" in client.get(page_of(talk, judge=reply_of(talk).seq)).text


def test_what_has_scores_is_put_out_of_use_and_not_deleted(acme, talk, rita, cleo, client):
    correct = make_criterion(acme)
    score(talk, correct, rita, 4)
    client.force_login(cleo)
    page = reverse("admin:conversations_criterion_change", args=[correct.pk])
    assert client.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
    posted = {"name": "True", "question": "", "place": "1", "scale": "yes_no"}
    assert client.post(page, posted).status_code == 302
    correct.refresh_from_db()
    assert (correct.name, correct.in_use, correct.scale) == ("True", False, "five")
    assert "There is no criterion" in client.get(page_of(talk, judge=reply_of(talk).seq)).text
