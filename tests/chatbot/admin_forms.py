"""Fill in a staff page as a browser does: what the page shows is what is sent."""

from typing import Any

from django.test import Client


def filled(client: Client, page: str) -> dict[str, Any]:
    """Everything that the form on this page would send now, by field name."""
    shown = client.get(page)
    formsets = [inline.formset for inline in shown.context["inline_admin_formsets"]]
    forms = [shown.context["adminform"].form]
    for formset in formsets:
        forms += [formset.management_form, *formset.forms]
    sent = {field.html_name: field.value() for form in forms for field in form}
    # an empty box and an unticked one send nothing; a 0 does
    return {name: value for name, value in sent.items() if value is not None and value is not False}


def saved(client: Client, page: str, /, **changes: Any) -> Any:
    """The answer after these fields were changed on the page and the rest left as it was."""
    return client.post(page, filled(client, page) | changes)
