"""The words of a text that tell what it is about, in English and Chinese."""

import re

CJK = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")

STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be been before but by can could did do
    does else for from get give had has have having hello hey hi how i if im in into is it its
    just know let like long many may me more most much must my need no not of on one or our
    please s should so some take tell than thank thanks that the their them then there these
    they this those through to too us use very want was we were what when where which who whom
    why will with would you your""".split()  # noqa: SIM905 - as a list it would be 140 lines
)
STOP_CJK = re.compile(
    "请问|你好|您好|怎么样|怎么|怎样|如何|什么|为什么|可以|能不能|是否|是不是|有没有|需要|想要|"
    "我们|你们|您们|多久|多少|几天|多长时间|哪里|哪些|一下|关于|如果|还是|谢谢|"
    "[的了吗呢吧啊呀我你您他她它这那和与或是在有能会要想就都也还很对把被给从到请]"
)
# Only words a shop's visitors and its help pages really differ in.
SAME_WORD = {
    "cost": "price", "fee": "price", "charg": "price", "expensiv": "price",
    "deliver": "ship", "post": "ship", "postag": "ship", "dispatch": "ship", "parcel": "packag",
    "reimburs": "refund", "swap": "exchang", "purchas": "order", "buy": "order",
    "bought": "order", "broken": "damag", "faulty": "damag", "fault": "damag",
    "abroad": "international", "oversea": "international", "guarante": "warrant",
    "sent": "send", "paid": "pay", "hour": "hour", "open": "hour",
}  # fmt: skip
SAME_CJK = {
    "邮费": "运费", "快递费": "运费", "国外": "海外", "境外": "海外", "国际": "海外",
    "送货": "配送", "寄到": "配送", "退回": "退货", "取消掉": "取消", "质保": "保修",
}  # fmt: skip


def is_chinese(text: str) -> bool:
    """True where at least a fifth of the letters are Chinese characters."""
    chinese = len(CJK.findall(text))
    return chinese > 0 and chinese * 5 >= sum(character.isalpha() for character in text)


def terms(text: str) -> list[str]:
    """The text's telling words in order: English ones by stem, Chinese ones by bigram."""
    text = text.lower().replace("’", "'").replace("'s", "")
    for other, ours in SAME_CJK.items():
        text = text.replace(other, ours)
    found: list[str] = []
    for word in WORD.findall(STOP_CJK.sub(" ", text)):
        if CJK.match(word):
            found += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
        elif word not in STOP_WORDS:
            found.append(_stem(word))
    return found


def _stem(word: str) -> str:
    if word.isdigit() or len(word) < 4:
        return SAME_WORD.get(word, word)
    for ending in ("ments", "ment", "ings", "ing", "ies", "ied", "es", "ed", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return SAME_WORD.get(word.removesuffix("e"), word.removesuffix("e"))
