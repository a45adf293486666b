"""Find out whether a server can be reached with a key; costs nothing."""

from openai import APIStatusError, OpenAI, OpenAIError

from chatbot.providers.servers import Key, Kind, Server

SECONDS = 10


def unreachable(server: Server, key: Key, model: str = "") -> str:
    """Why the server cannot be used with this key, or does not know the model; empty where it can.

    Its list of models is asked for, which no server charges. One without
    such a list counts as reached; so does Azure, whose deployments are not
    in it.
    """
    if server.kind is Kind.AZURE:
        return ""
    client = OpenAI(
        api_key=key.secret.get_secret_value(),
        base_url=server.base_url,
        timeout=SECONDS,
        max_retries=0,
    )
    try:
        with client:
            names = {one.id for one in client.models.list()}
    except APIStatusError as error:
        if error.status_code in (404, 405, 501):
            return ""
        return f"it answers {error.status_code} ({error.code or error.type or 'no code'})"
    except OpenAIError as error:
        return str(error.__cause__ or error)[:200]
    wanted = server.name_of(model) if model else ""
    if wanted and names and wanted not in names:
        return f"it knows {len(names)} models, and {wanted} is none of them"
    return ""
