"""The matrix of models, as it lies in the database and in the seed file."""

from chatbot.models import ModelProfile
from chatbot.providers.capabilities import UNKNOWN, Accepts, Temperature


def accepts_now(model: str) -> Accepts:
    """What the model accepts by its row of now; `UNKNOWN` where it has none."""
    row = ModelProfile.objects.filter(model=model).first()
    return accepts_of(row) if row else UNKNOWN


def accepts_of(row: ModelProfile) -> Accepts:
    """What this row of the matrix says."""
    return Accepts(
        chat=row.chat,
        output_limit=row.output_limit,
        temperature=Temperature(row.temperature),
        efforts=tuple(row.efforts),
        effort=row.effort,
        verbosities=tuple(row.verbosities),
        cache_key=row.cache_key,
        context_tokens=row.context_tokens,
        most_output=row.most_output,
    )
