"""Which parameters a server accepts."""

from urllib.parse import urlsplit


def output_limit_parameter(base_url: str) -> str:
    """The name this server knows the output limit by.

    OpenAI and Azure refuse `max_tokens` on current models; servers that
    imitate them know it longest (read in their documentation, Nov 2026).
    """
    host = urlsplit(base_url).hostname or ""
    modern = host.endswith((".openai.com", ".azure.com"))
    return "max_completion_tokens" if modern else "max_tokens"
