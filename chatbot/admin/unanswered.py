"""What visitors asked and no document answers, most often asked first."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from chatbot.knowledge.unanswered import others, settle, with_counts
from chatbot.models import Document, UnansweredQuestion
from conversations import access
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.filters import TenantFilter
from conversations.models import TenantOwned
from conversations.roles import Act

State = UnansweredQuestion.State
FROM_QUESTION = "question"


class StateFilter(admin.SimpleListFilter):
    """Open ones, unless others are asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """What can become of a question, besides open."""
        return [(State.ANSWERED, "An article was written"), (State.DISMISSED, "Needs no article")]

    def choices(self, changelist: Any) -> Any:
        """“All” is the open ones."""
        for number, choice in enumerate(super().choices(changelist)):
            yield choice | ({"display": "Open"} if number == 0 else {})

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Questions in that state."""
        return queryset.filter(state=self.value() or State.OPEN)


@admin.register(UnansweredQuestion)
class UnansweredAdmin(TenantOwnedAdmin):
    """Questions without an answer; those alike are one line."""

    list_display = ["text", "times_asked", "last_asked", "tenant", "language", "to_do"]
    list_display_links = ["text"]
    list_filter = [StateFilter, TenantFilter, "language"]
    fields = ["text", "times_asked", "wordings", "to_do"]
    readonly_fields = fields
    actions = ["needs_no_article"]
    list_before_template = "admin/chatbot/about.html"
    about = (
        "What visitors asked and no document answers; the same in other words is one line. Answer "
        "it by an article, and the bot knows it from then on; or choose those that need none."
    )

    class Media:
        css = {"all": ["inbox/forms.css", "inbox/library.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: visitors ask them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TenantOwned | None = None) -> bool:
        """Nobody: a question that needs no article is settled so."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Nothing to save: it is settled by an article, or from the list."""
        nothing = {"show_save": False, "show_save_and_continue": False}
        return super().change_view(request, object_id, form_url, nothing | (extra_context or {}))

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnansweredQuestion]:
        """One of each group."""
        rows = access.visible(request.user, self.model, self.role_to_view)
        return with_counts(rows)

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """As the query says."""
        return ["-times", "-last", "-pk"]

    @action(description="These need no article", permissions=["change"])
    def needs_no_article(self, request: HttpRequest, queryset: QuerySet) -> None:
        """The chosen questions, and all that ask the same, are listed no more."""
        mine = [one for one in queryset if self.has_change_permission(request, one)]
        messages.success(request, f"{settle(mine, State.DISMISSED)} questions are settled.")

    @display(description="asked", ordering="times")
    def times_asked(self, question: Any) -> str:
        """How often, in whatever words."""
        times = max(1, question.times)
        return f"{times} time{'' if times == 1 else 's'}"

    @admin.display(description="last", ordering="last")
    def last_asked(self, question: Any) -> Any:
        """When somebody asked it last."""
        return question.last or question.asked_at

    @admin.display(description="where")
    def wordings(self, question: UnansweredQuestion) -> SafeString:
        """Each time it was asked, in its words, with the conversation."""
        asked = [question, *others(question)]
        lines = format_html_join(
            "",
            '<p><a href="{}">{}</a></p>',
            ((_conversation(one), one.text) for one in asked if one.generation),
        )
        return format_html('<div class="library-go">{}</div>', lines)

    @admin.display(description="what to do")
    def to_do(self, question: UnansweredQuestion) -> SafeString | str:
        """A way to an article that has the question as its title already."""
        if question.state != State.OPEN:
            return question.get_state_display()
        start = {
            "title": question.text[:300],
            "language": question.language,
            "tenant": question.tenant_id,
            "kind": Document.Kind.ANSWERS,
            FROM_QUESTION: question.pk,
        }
        page = f"{reverse('admin:chatbot_document_add')}?{urlencode(start)}"
        return format_html(
            '<span class="library-go"><a href="{}">Write an article</a></span>', page
        )


def settled_by(request: HttpRequest, document: Document) -> None:
    """The question that the page of this document was opened from is answered, if there is one."""
    number = request.GET.get(FROM_QUESTION, "")
    if number.isdecimal():
        rows = access.visible(request.user, UnansweredQuestion, Act.CONFIGURE)
        settle(rows.filter(pk=number, tenant=document.tenant_id), State.ANSWERED)


def _conversation(question: UnansweredQuestion) -> str:
    generation = question.generation
    page = reverse("admin:conversations_conversation_change", args=[generation.conversation_id])  # type: ignore[union-attr]
    return f"{page}#m{generation.question.seq}"  # type: ignore[union-attr]
