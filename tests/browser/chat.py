"""The widget on a page, as a visitor uses it."""

from playwright.sync_api import Locator, Page, expect

PATIENCE_MS = 20_000
OPENS_ITSELF = """Object.entries(sessionStorage).some(
    ([name, value]) => name.endsWith(':open') && value)"""


class Chat:
    """Finds the widget's parts by their roles and names, through the shadow root."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator("button[aria-haspopup=dialog]")
        self.panel = page.get_by_role("dialog")
        self.box = self.panel.get_by_role("textbox")
        self.log = self.panel.get_by_role("log")
        self.messages = self.log.get_by_role("article")
        self.stop = self.panel.get_by_role("button", name="Stop", exact=True)
        self.another = self.panel.get_by_role("button", name="Try another answer")
        self.try_again = self.panel.get_by_role("button", name="Try again")
        # in the footer always, in a bubble where it is worth a word
        self.person = self.panel.get_by_role("button", name="Talk to a person")

    def open(self) -> "Chat":
        """The panel is open and the line is up; one that was open before a reload opens itself."""
        if not self.page.evaluate(OPENS_ITSELF):
            self.launcher.click()
        expect(self.panel).to_be_visible()
        expect(self.log).to_contain_text("Hello", timeout=PATIENCE_MS)
        return self

    def say(self, text: str) -> None:
        """The visitor has written this and pressed Enter."""
        self.box.fill(text)
        self.box.press("Enter")

    def answer(self) -> Locator:
        """The last thing said."""
        return self.messages.last

    def announced(self, text: str) -> None:
        """A screen reader was told this last."""
        told = self.panel.get_by_role("status").filter(has_text=text)
        expect(told).to_be_attached(timeout=PATIENCE_MS)

    def wait_for(self, text: str) -> None:
        """The last thing said contains the text."""
        expect(self.answer()).to_contain_text(text, timeout=PATIENCE_MS)
