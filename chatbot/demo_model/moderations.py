"""A keyword judge with the categories of OpenAI's moderation."""

import re
from typing import Any

# A few plain words per category: enough to show the path, not a filter to rely on.
_WORDS = {
    "harassment": r"you (are|re) (an? )?(idiot|moron|stupid)|shut up|白痴|蠢货|去死",
    "harassment/threatening": r"i('ll| will) (find|hurt|get) you|我要找到你",
    "hate": r"(all|those) \w+ (are|is) (vermin|subhuman)|劣等民族",
    "hate/threatening": r"exterminate (all|the) \w+",
    "illicit": r"(make|build|buy) (a )?(bomb|meth|counterfeit)|制毒|假钞",
    "illicit/violent": r"(make|build) (a )?(bomb|pipe bomb)|制造炸弹",
    "self-harm": r"self[- ]harm|cut(ting)? myself|自残",
    "self-harm/intent": r"(kill|hurt) myself|end my life|我想死|自杀",
    "self-harm/instructions": r"how to (kill|hurt) (myself|yourself)",
    "sexual": r"\bporn|explicit sex|色情",
    "sexual/minors": r"child porn|儿童色情",
    "violence": r"(kill|murder|stab|shoot) (you|him|her|them)|杀了(你|他|她)",
    "violence/graphic": r"behead|dismember|斩首",
}
PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _WORDS.items()}
SURE, UNSURE = 0.95, 0.0001


def judge(text: str) -> dict[str, Any]:
    """One result in OpenAI's shape; the same text is always judged the same."""
    found = {name: pattern.search(text) is not None for name, pattern in PATTERNS.items()}
    return {
        "flagged": any(found.values()),
        "categories": found,
        "category_scores": {name: SURE if hit else UNSURE for name, hit in found.items()},
        "category_applied_input_types": {name: ["text"] for name in found},
    }
