"""What the demo model does with the questions of a row; `match` goes on after the label.

The rule without a `match` is for all questions of the row; `1:` is for its
first only. They are put in force before the first question is asked.
"""

from typing import Any

Rule = dict[str, Any]

RULES: dict[str, list[Rule]] = {}
