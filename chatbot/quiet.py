"""What the log leaves out: traces of requests that were wrong, which whoever asks could write."""

import logging


class WithoutTraceOfBadRequests(logging.Filter):
    """A request that was answered 400 to 499 has its line, and no trace below it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record has lost its trace where the asker was at fault."""
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True
