"""Text as PostgreSQL's full-text search can read it, Chinese included."""

import re
import unicodedata
from collections.abc import Iterator

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005"
WORD = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
# Chinese is written without spaces, so the words that every question and every
# page has must go before pairs are made, or “多久” would find everything.
COMMON_HAN = re.compile(
    "请问|你好|您好|怎么样|怎么办|怎么|怎样|如何|为什么|什么样|什么时候|什么|可以|能不能|会不会|要不要|"
    "是否|是不是|有没有|我们|你们|您们|自己|应该|需要|想要|多长时间|多久|多少|多长|多大|几天|几点|几年|"
    "哪里|哪些|哪个|哪天|一下|如果|还是|还能|谢谢|[谁的了吗呢吧啊呀我你您他她它这那和与是在有也就都]"
)

# What people say around a question in English and what PostgreSQL does not leave out by itself.
TALK = frozenset(
    [
        "anybody",
        "anyone",
        "anything",
        "everything",
        "hello",
        "help",
        "hey",
        "hi",
        "know",
        "like",
        "maybe",
        "need",
        "please",
        "somebody",
        "someone",
        "something",
        "somewhere",
        "stuff",
        "tell",
        "thank",
        "thanks",
        "thing",
        "things",
        "want",
        "wondering",
        "would",
    ]
)


def terms(text: str) -> list[str]:
    """The text's words in lower case; each run of Chinese as overlapping pairs of characters.

    A lone Chinese character stays alone. PostgreSQL does the rest for
    English: stop words and stems.
    """
    return list(_terms(unicodedata.normalize("NFKC", text).lower()))


def searchable(text: str) -> str:
    """The terms with spaces between them, fit for `to_tsvector`."""
    return " ".join(terms(text))


def is_han(term: str) -> bool:
    """Whether the term is Chinese."""
    return re.match(f"[{HAN}]", term) is not None


def _terms(text: str) -> Iterator[str]:
    for word in WORD.findall(COMMON_HAN.sub(" ", text)):
        if not is_han(word) or len(word) == 1:
            yield word
        else:
            yield from (word[at : at + 2] for at in range(len(word) - 1))
