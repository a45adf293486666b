"""axe-core on the widget: what a machine can find of barriers."""

import functools

from playwright.sync_api import Page

from chatbot.boot import npm

PACKAGE = "axe-core@4.14.1"
SHA256 = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
RUN = """async (only) => (await axe.run(only || document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
})).violations.map(({ id, nodes }) => `${id}: ${nodes.map((one) => one.html.slice(0, 150))}`)"""


def found_on(page: Page, only: str | None = None) -> list[str]:
    """Every finding of axe-core on the page, or within what this selector names."""
    page.evaluate(_script())
    return page.evaluate(RUN, only)


@functools.cache
def _script() -> str:
    return (npm.unpacked(PACKAGE, SHA256) / "axe.min.js").read_text("utf-8")
