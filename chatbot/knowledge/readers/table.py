"""CSV with questions and answers."""

import csv
import io

from chatbot.knowledge.readers.base import Reading, Unreadable

QUESTION = {"question", "questions", "q", "frage", "pregunta", "domanda", "问题", "提问", "問題"}
ANSWER = {"answer", "answers", "a", "antwort", "réponse", "respuesta", "risposta", "答案", "回答"}
MOST_ROWS = 5000

Row = list[str]


def rows_of(text: str) -> list[Row] | None:
    """The rows, where the first one names a column of questions and one of answers; else None."""
    first = text.lstrip("\ufeff").lstrip().partition("\n")[0][:1000]
    for comma in ",;\t":
        heads = _names(next(csv.reader([first], delimiter=comma), []))
        if heads & QUESTION and heads & ANSWER:
            reader = csv.reader(io.StringIO(text.lstrip("\ufeff").lstrip()), delimiter=comma)
            try:
                return list(reader)
            except csv.Error as error:
                raise Unreadable(
                    f"The table is damaged in line {reader.line_num}: {error}."
                ) from error
    return None


def read(rows: list[Row]) -> Reading:
    """A section for each row, with the question as its heading."""
    heads = [head.strip().lower() for head in rows[0]]
    asks = next(at for at, head in enumerate(heads) if head in QUESTION)
    says = next(at for at, head in enumerate(heads) if head in ANSWER)
    sections = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(asks, says) or not row[asks].strip() or not row[says].strip():
            raise Unreadable(f"Row {number} has no question or no answer.")
        question = " ".join(row[asks].split())
        sections.append(f"## {question}\n\n{row[says].strip()}")
    if len(sections) > MOST_ROWS:
        raise Unreadable(f"It has {len(sections):,} rows; more than {MOST_ROWS:,} are too many.")
    return Reading("", "\n\n".join(sections), is_answers=True)


def _names(heads: Row) -> set[str]:
    return {head.strip().lower() for head in heads}
