"""What reviewers judge by, and what waits for them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.paginator import InfinitePaginator

from conversations import access
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.filters import TenantFilter
from conversations.admin.rights import may, tenant_ids
from conversations.models import Criterion, ReviewTask, TenantOwned
from conversations.roles import Act
from conversations.selectors.reviews import queued
from conversations.services import reviewing

State = ReviewTask.State


@admin.register(Criterion)
class CriterionAdmin(TenantOwnedAdmin):
    """The tenant's own criteria; reviewers read them, managers keep them."""

    role_to_view = Act.REVIEW
    list_display = ["name", "question", "about", "scale", "in_use", "tenant"]
    list_select_related = ["tenant"]
    list_filter = [TenantFilter, "about", "in_use"]
    ordering = ["tenant__name", "about", "place", "pk"]
    fields = ["tenant", "name", "question", "about", "scale", "place", "in_use"]
    list_before_template = "admin/conversations/criterion/begin.html"

    class Media:
        css = {"all": ["inbox/forms.css", "inbox/library.css"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Criterion | None = None) -> list[str]:
        """What scores hang on: its tenant, what it is about, and its scale."""
        if obj is None:
            return []
        return ["tenant", "about", "scale"] if obj.scores.exists() else ["tenant"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        mine = list(tenant_ids(request, Act.CONFIGURE))
        return {"tenant": mine[0]} if len(mine) == 1 else {}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With a way to begin, for tenants that have no criterion yet."""
        without = access.tenants_of(request.user, Act.CONFIGURE).exclude(
            pk__in=self.get_queryset(request).order_by().values("tenant")
        )
        context = {"without": without[:5]} | (extra_context or {})
        return super().changelist_view(request, context)

    def has_delete_permission(self, request: HttpRequest, obj: TenantOwned | None = None) -> bool:
        """Managers, while it has no scores: those would be lost."""
        if isinstance(obj, Criterion) and obj.pk and obj.scores.exists():
            return False
        return super().has_delete_permission(request, obj)


class WhoseFilter(admin.SimpleListFilter):
    """What waits for the reader, unless they ask for more."""

    title = "whose"
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Besides mine."""
        return [("open", "Everybody's"), ("nobody", "Nobody's yet"), ("done", "Judged")]

    def choices(self, changelist: Any) -> Any:
        """“All” is the reader's own and nobody's."""
        for number, choice in enumerate(super().choices(changelist)):
            yield choice | ({"display": "For me"} if number == 0 else {})

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Tasks that are so."""
        match self.value():
            case "done":
                return queryset.filter(state=State.DONE)
            case "nobody":
                return queryset.filter(state=State.OPEN, reviewer=None)
            case "open":
                return queryset.filter(state=State.OPEN)
        mine = Q(reviewer=request.user.pk) | Q(reviewer=None)
        return queryset.filter(mine, state=State.OPEN)


@admin.register(ReviewTask)
class ReviewTaskAdmin(TenantOwnedAdmin):
    """The queue: what was drawn by lot or chosen, and who judges it."""

    role_to_view = Act.REVIEW
    role_to_change = Act.REVIEW
    list_display = ["talk", "pill", "reviewer", "opinion", "why", "asked_at", "tenant"]
    list_display_links = ["pill"]
    list_filter = [WhoseFilter, TenantFilter]
    ordering = ["pk"]
    paginator = InfinitePaginator
    show_facets = admin.ShowFacets.NEVER
    actions = ["take_them", "give_up"]
    fields = ["talk", "pill", "reviewer", "why", "note", "asked_at", "done_at"]
    readonly_fields = ["talk", "pill", "why", "note", "asked_at", "done_at"]
    list_before_template = "admin/conversations/reviewtask/ways.html"

    class Media:
        css = {"all": ["inbox/forms.css", "inbox/library.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewTask]:
        """With what the list shows of each."""
        return queued(super().get_queryset(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: they are drawn by lot, or judged unasked."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TenantOwned | None = None) -> bool:
        """Reviewers, while it is open; what was judged stays."""
        if isinstance(obj, ReviewTask) and obj.state == State.DONE:
            return False
        return super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: ReviewTask | None = None) -> list[str]:
        """All, once it is judged."""
        done = obj is not None and obj.state == State.DONE
        return [*self.readonly_fields, "reviewer"] if done else self.readonly_fields

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Offers the people who may review where the conversation belongs."""
        request.__dict__["_task"] = obj
        return super().get_form(request, obj, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """As the form says."""
        task = request.__dict__.get("_task")
        if db_field.name == "reviewer" and task is not None:
            kwargs["queryset"] = access.members_who_may(task.tenant_id, Act.REVIEW)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ReviewTask, form: Any, change: bool) -> None:
        """It is that person's, unless they have this conversation already."""
        try:
            given = reviewing.assign([obj], obj.reviewer) if "reviewer" in form.changed_data else 1
        except reviewing.NotJudged as reason:
            messages.error(request, str(reason))
            return
        if not given:
            messages.error(request, f"{obj.reviewer or 'Nobody'} has this conversation already.")

    @action(description="Take them: I judge these", permissions=["change"])
    def take_them(self, request: HttpRequest, queryset: QuerySet) -> None:
        """The chosen ones are the reader's."""
        mine = [one for one in queryset if may(request, Act.REVIEW, one.tenant_id)]
        try:
            messages.success(request, f"{reviewing.assign(mine, request.user)} are yours now.")
        except reviewing.NotJudged as reason:
            messages.error(request, str(reason))

    @action(description="Put them back: anybody may judge these", permissions=["change"])
    def give_up(self, request: HttpRequest, queryset: QuerySet) -> None:
        """The chosen ones are nobody's."""
        mine = [one for one in queryset if may(request, Act.REVIEW, one.tenant_id)]
        messages.success(request, f"{reviewing.assign(mine, None)} are anybody's now.")

    @admin.display(description="conversation")
    def talk(self, task: Any) -> SafeString:
        """What the visitor began with, and the way to judge it."""
        page = reverse("admin:conversations_conversation_change", args=[task.conversation_id])
        return format_html(
            '<span class="library-go"><a href="{}#review">{}</a></span>',
            page,
            task.first_line or "Nothing was asked",
        )

    @display(description="state", label={"To be judged": "warning", "Judged": "success"})
    def pill(self, task: ReviewTask) -> str:
        """How far it is."""
        return task.get_state_display()

    @admin.display(description="visitor thought", empty_value="–")
    def opinion(self, task: Any) -> str | None:
        """A thumb that points down, and the rating, where there are any."""
        said = ["thumb down"] if task.is_down else []
        said += [f"{task.stars} of 5"] if task.stars else []
        return ", ".join(said) or None
