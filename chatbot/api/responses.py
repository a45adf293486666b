"""What every operation may answer instead of what was asked for."""

from chatbot.api.shapes import ProblemDocument

# Those the document promises; a proxy in front may have others.
STATUSES = (400, 401, 403, 404, 405, 409, 413, 422, 429)
PROBLEMS = dict.fromkeys(STATUSES, ProblemDocument)
