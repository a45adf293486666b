"""`bench widget`: weight, main thread, opening, and how still it is while an answer streams.

Chromium with a processor slowed four times, about a middling phone; the
server is the real one, on this machine. In the same run, and measured in the
same way: what two widgets from npm load and keep the main thread busy with.
"""

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from billing.services.prices import load_seed
from chatbot.bench.company import refuse_company
from chatbot.bench.frame import CannotMeasure, Goal, Options, Report, Say
from chatbot.bench.stack import Stack
from chatbot.bench.widget import pages, scripts
from chatbot.boot import chromium
from conversations.models import Tenant

GOALS = [
    Goal("loader_gzip_bytes", "<=", 1500),
    Goal("total_gzip_bytes", "<=", 12_000),
    Goal("loader_main_thread_ms", "<=", 15),
    Goal("open_ready_ms", "<=", 300),
    Goal("layout_shift", "==", 0),
    Goal("interaction_p95_ms", "<=", 100),
]
SLOWER = 4
REPEATS = 5
CHARACTERS = 2000
SENTENCE = "You can return any item within **30 days** of delivery, and we pay the way back. "
FLAGS = ["--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--no-first-run"]
PATIENCE_MS = 60_000
# Chromium's own sums, in seconds since the page began.
BUSY = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")


def widget(options: Options, say: Say) -> Report:
    """The figures of our widget, and the weight and main-thread time of two rivals."""
    refuse_company()
    repeats = 1 if options.quick else REPEATS
    load_seed()
    with Stack(say=say) as stack, _chromium() as browser:
        tenant = Tenant.objects.create(name="Bench", slug="bench-widget")
        tag = pages.TAG.format(url=stack.url, key=tenant.public_key)
        say("loading an empty page, ours and theirs")
        empty = statistics.median(_busy(browser, "")[0] for _ in range(repeats))
        loader = statistics.median(_busy(browser, tag)[0] for _ in range(repeats)) - empty
        rivals = {}
        for rival in pages.RIVALS:
            files = rival.files()
            tries = [_busy(browser, rival.body, files) for _ in range(repeats)]
            rivals[rival.name] = {
                "gzip_bytes": tries[0][1],
                "main_thread_ms": round(statistics.median(one for one, _ in tries) - empty, 1),
            }
        say(f"opening, and an answer of {CHARACTERS} characters while the visitor writes")
        stack.behave([{"match": "*", "text": _answer(), "first_token_ms": 100, "token_ms": 8}])
        with pages.Shelf(tag) as shelf:
            tenant.allowed_origins = [shelf.url]
            tenant.save()
            opened = [_talk(browser, shelf, stack, long=number == 0) for number in range(repeats)]
    first = opened[0]
    figures: dict[str, Any] = {
        "loader_gzip_bytes": first["weights"]["/widget.js"],
        "total_gzip_bytes": sum(first["weights"].values()),
        "loader_main_thread_ms": round(max(loader, 0), 1),
        "core_main_thread_ms": round(statistics.median(one["busy"] for one in opened) - empty, 1),
        "open_ready_ms": round(statistics.median(one["open"] for one in opened)),
        "layout_shift": round(first["moved"], 4),
        "interaction_p95_ms": first["p95"],
        "interactions": first["interactions"],
        "cookies": first["cookies"],
        "third_party_requests": first["strangers"],
        "requests_before_the_click": first["before"],
        "slower": SLOWER,
        "rivals": rivals,
    }
    rows = [
        [
            "this widget, its button only",
            f"{figures['loader_gzip_bytes']:,}",
            f"{max(loader, 0):.1f}",
        ],
        [
            "this widget, open",
            f"{figures['total_gzip_bytes']:,}",
            f"{figures['core_main_thread_ms']:.1f}",
        ],
        *(
            [name, f"{found['gzip_bytes']:,}", f"{found['main_thread_ms']:.1f}"]
            for name, found in rivals.items()
        ),
    ]
    notes = [", ".join(f"{path} {size:,}" for path, size in sorted(first["weights"].items()))]
    return Report(
        figures, GOALS, ["what is on the page", "gzip bytes", "main thread, ms"], rows, notes
    )


@contextmanager
def _chromium() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only in the test set
    except ImportError:
        raise CannotMeasure("Playwright is missing: run python3 manage.py test once.") from None
    try:
        found = chromium.find()
    except chromium.NoChromium as reason:
        raise CannotMeasure(str(reason)) from None
    libraries = found.get("CHROMIUM_LIBS")
    environment: dict[str, Any] = {**os.environ}
    if libraries:
        environment["LD_LIBRARY_PATH"] = libraries
    # Playwright's loop stands still meanwhile, but Django sees that there is one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found["CHROMIUM_PATH"], args=FLAGS, env=environment
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _page(browser: Any) -> Iterator[tuple[Any, Any]]:
    """A page with a slowed processor, and the line to its engine."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    try:
        page = context.new_page()
        engine = context.new_cdp_session(page)
        engine.send("Performance.enable")
        engine.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        yield page, engine
    finally:
        context.close()


def _busy(browser: Any, body: str, package: Path | None = None) -> tuple[float, int]:
    """Milliseconds of the main thread until the page is quiet, and bytes of what it loaded."""
    with pages.Shelf(body, package) as shelf, _page(browser) as (page, engine):
        page.goto(f"{shelf.url}/")
        page.wait_for_load_state("networkidle")
        return _spent(engine), sum(shelf.weights.values())


def _spent(engine: Any) -> float:
    sums = {one["name"]: one["value"] for one in engine.send("Performance.getMetrics")["metrics"]}
    return sum(sums[name] for name in BUSY) * 1000


def _talk(browser: Any, shelf: pages.Shelf, stack: Stack, long: bool) -> dict[str, Any]:
    """One visit: opened, and where `long` is wished a question with an answer that streams."""
    with _page(browser) as (page, engine):
        responses: dict[str, Any] = {}
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("response", lambda response: responses.setdefault(response.url, response))
        page.goto(f"{shelf.url}/")
        page.wait_for_load_state("networkidle")
        before = len([url for url in requests if url.startswith(stack.url)])
        found: dict[str, Any] = {"open": page.evaluate(scripts.OPEN), "before": before}
        found["busy"] = _spent(engine)
        if long:
            found |= _stream(page)
        ours = [one for url, one in responses.items() if url.startswith(stack.url)]
        found["weights"] = {
            one.url.removeprefix(stack.url).partition("?")[0]: pages.packed(one.body())
            for one in ours
            if one.request.method == "GET"
        }
        found["cookies"] = len(page.context.cookies())
        found["strangers"] = len(
            [url for url in requests if not url.startswith((stack.url, shelf.url))]
        )
        return found


def _stream(page: Any) -> dict[str, Any]:
    """What moved by itself while one answer grew, and how long keys took during another."""
    _ask(page, 0)
    page.wait_for_timeout(600)  # Chromium forgives what moves soon after a key
    page.evaluate(scripts.WATCH)
    page.get_by_role("button", name="Try another answer").wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(300)
    moved = page.evaluate(scripts.SEEN)["moved"]
    page.evaluate(scripts.WATCH)
    _ask(page, 1)
    keys, growing = 0, page.get_by_role("button", name="Stop", exact=True)
    while not keys or growing.count():
        page.keyboard.press("x")
        page.keyboard.press("Backspace")  # the button says Stop again
        keys += 2
        page.wait_for_timeout(30)
    page.wait_for_timeout(300)
    slow = page.evaluate(scripts.SEEN)["slow"]
    took = sorted([0.0] * max(0, keys - len(slow)) + slow)  # under 16 ms nothing is told
    return {"moved": moved, "p95": round(took[int(len(took) * 0.95)]), "interactions": keys}


def _ask(page: Any, number: int) -> None:
    box = page.get_by_role("textbox")
    box.fill("How long do returns take?")
    box.press("Enter")
    answer = page.get_by_role("article").nth(2 * number + 1)
    answer.get_by_text("30 days").first.wait_for(timeout=PATIENCE_MS)


def _answer() -> str:
    return (SENTENCE * (CHARACTERS // len(SENTENCE) + 1))[:CHARACTERS]
