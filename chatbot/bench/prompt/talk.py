"""The conversation of `bench prompt`: fifty turns, of which the last ask about the first."""

from dataclasses import dataclass

from chatbot.demo.shop import ARTICLES


@dataclass(frozen=True)
class Fact:
    """What a visitor tells early, what of it must not be lost, and how it is asked for."""

    told: str
    value: str
    asked: str


def _fact(thing: str, value: str) -> Fact:
    return Fact(f"My {thing} is {value}.", value, f"What was my {thing}?")


def _fact_zh(thing: str, value: str) -> Fact:
    return Fact(f"我的{thing}是{value}。", value, f"我的{thing}是多少？")


FACTS = [
    _fact("order number", "A-10482"),
    _fact("shoe size", "42.5"),
    _fact("first name", "Marlene"),
    _fact("customer number", "77-3091"),
    _fact("delivery address", "Lindenweg 14 in Fulda"),
    _fact("preferred colour", "moss green"),
    _fact("delivery date", "the 3rd of December"),
    _fact("voucher code", "HIKE-20-QX"),
    _fact("tent model", "the Ridge Two"),
    _fact("body height", "181 centimetres"),
    _fact_zh("订单号", "B-2231"),
    _fact_zh("鞋码", "四十一码"),
    _fact("invoice number", "R-2026-118"),
    _fact("payment method", "a postal order"),
    _fact("backpack volume", "48 litres"),
    _fact("birthday", "the 9th of May"),
    _fact("parcel number", "P-88121-K"),
    _fact_zh("电话", "分机八零三"),
    _fact("second address", "Am Markt 3 in Kassel"),
    _fact("return number", "RMA-5561"),
]

# About the demo shop; none is asked twice, so no way finds an older prompt of its own again.
HELP = [
    "How long does delivery within Germany take?",
    "What does express delivery cost?",
    "How do I return an order?",
    "Which size should I take for hiking boots?",
    "退货期限是多久？",
    "Which ways to pay are there?",
    "How long is the warranty on a tent?",
    "Do you ship outside the European Union?",
    "How long is a gift card valid?",
    "Can my rain jacket be repaired?",
    "How do I collect loyalty points?",
    "What are your telephone hours?",
    "How long is my chat data kept?",
    "Where do I see the status of my order?",
    "Can I exchange an item for another size?",
    "什么时候能收到货？",
    "Who pays the customs duties?",
    "Can I pay by invoice?",
    "When does the money come back after a return?",
    "How do I measure my feet?",
    "Can I cancel an order that was just placed?",
    "What does a repair of a broken zip cost?",
    "Are climbing ropes taken back?",
    "How many points do I get for a review?",
    "Can I pay with two gift cards at once?",
    "My parcel has not arrived, what now?",
    "支持哪些付款方式？",
    "Can I pick up an order in the shop?",
    "Does the warranty cover worn soles?",
    "Do you sell my data to anybody?",
    "How do I wash a down jacket before a repair?",
    "How do I reach you by e-mail?",
    "From which order value is delivery free?",
    "Do you deliver to Switzerland?",
    "Which size of backpack fits my back?",
    "Can I change the delivery address of an order?",
    "Is trying boots on at home fine for a return?",
    "How can I pay by instalments?",
    "When do loyalty points expire?",
    "What do I need for a warranty claim?",
    "尺码怎么选？",
    "How do I have my account deleted?",
    "Can a gift card be paid out in cash?",
    "How long does a repair take?",
    "How much does shipping to Norway cost?",
    "I did not get a confirmation of my order, why?",
    "Is the return label free from Austria?",
    "Do you answer messages at the weekend?",
    "Which harness size is right for me?",
    "保修期有多长？",
]

# What shops write beside two sentences about who the bot is; with those and the rules, 650 tokens.
HOUSE = """\
House rules. Greet once, at the beginning, and never again in the same talk. Use the visitor's \
name where you know it, at most once in an answer. Begin with the answer, then give the reason; \
put steps into a numbered list and keep each under fifteen words. Give prices with their currency \
and times as ranges of working days, and say from which day they count. Where a rule has an \
exception that may concern the visitor, name the exception in the same answer.
Never promise a delivery date, a refund, a repair free of charge or a discount; say what the page \
says and that a colleague decides. Do not compare us with other shops, and do not guess why a \
parcel is late. Do not ask for a password, a whole card number or a copy of a passport, and if the \
visitor writes one, ask them to delete it and do not repeat it.
For anything about safety, such as ropes, harnesses, helmets, stoves or avalanche gear, give what \
the page says, add that the maker's instructions come first, and offer a colleague who climbs. For \
an injury, tell the visitor to call the emergency number of their country before anything else.
A visitor who is angry gets one sentence that shows you have understood what went wrong, then what \
happens next; no excuses, no exclamation marks. A visitor who asks for a person is given one at \
once, without a question back. Business customers, schools and clubs are sent to the sales desk.
Orders are named by their number, sizes by the European system with the British one in brackets, \
weights in grams and volumes in litres. Product names are written as the shop writes them. Do not \
use abbreviations, slang, emoji or words in capitals.
At the end of an answer offer one next step that fits, such as opening a return, looking up an \
order or finding a size, but only if the visitor has not just asked for it."""
REPLY_WORDS = 110  # about 150 tokens
TURNS = 50


def replies() -> list[str]:
    """What is answered in each turn: stretches of the demo shop's help pages, as long as replies.

    The demo model's own answers are a third as long as what bots say.
    """
    words = [
        word
        for page in sorted(ARTICLES.glob("en/*.md"))
        for word in page.read_text("utf-8").replace("#", "").split()
    ]
    starts = (turn * REPLY_WORDS % (len(words) - REPLY_WORDS) for turn in range(TURNS))
    return [" ".join(words[start : start + REPLY_WORDS]) for start in starts]


def questions() -> list[tuple[str, Fact | None]]:
    """What is said in each turn, and which fact that asks for, if any.

    The first ten turns tell two facts each, the others ask about a help
    page, and the last twenty of them also for one of the facts.
    """
    said: list[tuple[str, Fact | None]] = [
        (f"{one.told} {other.told}", None)
        for one, other in zip(FACTS[::2], FACTS[1::2], strict=True)
    ]
    while len(said) < TURNS:
        ask = HELP[len(said)]
        fact = FACTS[len(said) - TURNS] if TURNS - len(said) <= len(FACTS) else None
        said.append((f"{fact.asked} {ask}" if fact else ask, fact))
    return said
