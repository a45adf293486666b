"""`bench knowledge`: pages come in, are found, and what no page answers is not answered.

A labelled set in English and Chinese about the demo shop's help pages is
asked of the product's own search and prompt, and the demo model answers: in
the shop alone, and in a library of a hundred thousand passages. Beside it,
in the same run, words alone, and the search that is written first. Nothing
leaves this machine.
"""

from typing import Any

from django.conf import settings

from chatbot.bench.frame import Goal, Options, Report, Say
from chatbot.bench.knowledge.asking import Search, by_words, first_written, fused, measured
from chatbot.bench.knowledge.filling import count, fill
from chatbot.bench.knowledge.questions import read_set
from chatbot.bench.knowledge.taking_in import take_in
from chatbot.demo.shop import open_shop, store_articles
from chatbot.knowledge.embeddings import place_passages
from chatbot.knowledge.offline import OFFLINE
from conversations.models import Tenant

PAGES, QUICK_PAGES = 3_000, 200
PASSAGES, QUICK_PASSAGES = 100_000, 5_000
GOALS = [
    Goal("recall_at_5", ">=", 0.9),
    Goal("first", ">=", 0.75),
    Goal("refused_unanswerable", ">=", 0.9),
    Goal("search_p95_ms", "<=", 30),
    Goal("resumed", "==", True),
]
COLUMNS = [
    *("recall_at_5", "first", "answered", "cited"),
    *("refused_unanswerable", "refused_by_search", "search_p95_ms"),
]
NAMES = {
    "": "the shop: words and nearness",
    "held_out_": "… the half that was never tuned by",
    "words_": "… words alone",
    "websearch_": "… all words required",
    "large_": "among all the passages",
}


def knowledge(options: Options, say: Say) -> Report:
    """Pages a minute, and how often the right passage was found, said and cited, or refused."""
    settings.EMBEDDING_MODEL = OFFLINE
    shop = open_shop()
    store_articles(shop)
    while place_passages():
        pass
    found = _asked(shop, say)
    site = Tenant.objects.create(name="Site", slug="site")
    figures: dict[str, Any] = take_in(site, QUICK_PAGES if options.quick else PAGES, say)
    large = Tenant.objects.create(name="Large", slug="large")
    store_articles(large)
    while place_passages():
        pass
    wanted = QUICK_PASSAGES if options.quick else PASSAGES
    fill(large, wanted, OFFLINE, options.seed, say)
    questions = read_set()
    say(f"{len(questions)} questions to {wanted:,} passages")
    measured(large, questions, fused)  # the second time its pages are in memory, as in a shop's day
    found["large_"] = measured(large, questions, fused)
    figures |= {
        "questions": sum(bool(one.page) for one in questions),
        "unanswerable": sum(not one.page for one in questions),
        "passages_searched": count(large),
    }
    for name, values in found.items():
        figures |= {f"{name}{key}": values[key] for key in COLUMNS}
    figures["search_p95_ms"] = found["large_"]["search_p95_ms"]
    return Report(figures, GOALS, ["search", *COLUMNS], _rows(found), _notes(figures, found))


def _asked(shop: Tenant, say: Say) -> dict[str, dict[str, Any]]:
    questions = read_set()
    ways: dict[str, Search] = {"": fused, "words_": by_words, "websearch_": first_written}
    fused(shop, questions[0].ask)  # the model is loaded
    found = {}
    for name, search in ways.items():
        say(f"{len(questions)} questions, {NAMES[name]}")
        found[name] = measured(shop, questions, search)
    found["held_out_"] = measured(shop, [one for one in questions if one.held_out], fused)
    return {name: found[name] for name in NAMES if name in found}


def _rows(found: dict[str, dict[str, Any]]) -> list[list[str]]:
    return [[NAMES[name], *(str(values[key]) for key in COLUMNS)] for name, values in found.items()]


def _notes(figures: dict[str, Any], found: dict[str, dict[str, Any]]) -> list[str]:
    resumed = "went on where they were" if figures["resumed"] else "DID NOT go on where they were"
    return [
        f"{figures['pages']:,} pages came in at {figures['pages_a_minute']:,} a minute; those who "
        f"followed the killed {resumed}. Their {figures['passages']:,} passages are placed at "
        f"{figures['passages_placed_a_minute']:,} a minute.",
        *found[""]["missed"],
    ]
