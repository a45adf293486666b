"""Nothing that somebody wrote becomes a formula in a spreadsheet."""

import pytest

from billing.exports.csv import written
from conversations.cells import harmless


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_would_be_one_is_quoted(sign):
    assert harmless(f"{sign}1+1") == f"'{sign}1+1"
    assert written(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize("text", ["", "1", "a=b", "'=1", "–", "−1"])
def test_any_other_stays(text):
    assert harmless(text) == text
