"""What the demo model says of its own accord, in English and Chinese."""

import re
from typing import NamedTuple


class Phrases(NamedTuple):
    """The fixed sentences of one language."""

    greeting: str
    thanks: str
    goodbye: str
    who: str
    nameless: str
    person: str
    unknown: str
    declined: str
    no_more: str
    met: str
    your_name: str
    no_name: str
    you_told: str
    asked_first: str
    asked_last: str
    asked_nothing: str


ENGLISH = Phrases(
    greeting="Hello! How can I help you today?",
    thanks="You're welcome! Is there anything else I can help you with?",
    goodbye="Goodbye, and thank you for stopping by!",
    who="I'm {name}: automatic, and running on the built-in demo model. I answer from the "
    "help pages and say so when they do not cover your question.",
    nameless="the assistant here",
    person="Of course. I'm an automatic assistant, and a person from the team can take over from "
    "here. Please leave your question and they will read the whole conversation.",
    unknown="I'm sorry, I don't know that: the help pages I can see do not cover it. "
    "Would you like me to bring in a person from the team?",
    declined="I'm sorry, I can only help with what the help pages here cover.",
    no_more="That is everything the help pages I can see say about it. "
    "Would you like me to bring in a person from the team?",
    met="Nice to meet you, {name}! How can I help you?",
    your_name="Your name is {name}.",
    no_name="You have not told me your name yet. What should I call you?",
    you_told="You told me: “{words}”",
    asked_first="The first thing you asked was: “{question}”",
    asked_last="Just before this you asked: “{question}”",
    asked_nothing="This is the first thing you have asked me.",
)
CHINESE = Phrases(
    greeting="您好！请问有什么可以帮您？",
    thanks="不客气！还有什么可以帮您的吗？",
    goodbye="再见，感谢您的光临！",
    who="我是{name}，一个运行在内置演示模型上的自动助手。我根据帮助页面回答问题；"
    "如果页面没有提到，我会如实告诉您。",
    nameless="这里的助手",
    person="好的。我是自动助手，可以请同事接手。请留下您的问题，他们会看到完整的对话记录。",
    unknown="抱歉，我不知道：我能看到的帮助页面没有提到这个问题。需要我为您转接人工客服吗？",
    declined="抱歉，我只能回答帮助页面里提到的问题。",
    no_more="关于这一点，我能看到的帮助页面就只有这些内容。需要我为您转接人工客服吗？",
    met="很高兴认识您，{name}！请问有什么可以帮您？",
    your_name="您的名字是{name}。",
    no_name="您还没有告诉我您的名字。请问怎么称呼您？",
    you_told="您告诉过我：“{words}”",
    asked_first="您最先问的是：“{question}”",
    asked_last="您刚才问的是：“{question}”",
    asked_nothing="这是您问我的第一个问题。",
)

_SMALL_TALK = {
    "greeting": r"(hi|hello|hey|good (morning|afternoon|evening|day))( there| again)?"
    r"|你好|您好|嗨|早上好|下午好|晚上好|在吗|有人吗",
    "thanks": r"(ok(ay)?[, ]+|great[, ]+)?(thanks?( you)?|cheers)"
    r"( (very|so) much| a lot| for .{1,40})?|(非常|多)?(谢谢|感谢)(你|您|了|啦)?|多谢",
    "goodbye": r"(good ?)?bye( now)?|see you|再见|拜拜",
    "who": r"who are you|what('s| is) your name|are you (a |an )?"
    r"(bot|robot|human|person|ai|real( person)?)"
    r"|你是谁|您是谁|你叫什么(名字)?|你是(机器人|真人|人)吗?",
    "person": r"((can|could|may) i |i (want|would like|'d like|need) to |please |let me )*"
    r"(talk|speak|chat) (to|with) (a |an |some)?\w*\s?"
    r"(human|person|agent|someone|somebody|one|body|staff)(,? please)?"
    r"|(转|找|要|换)?(人工|真人)(客服)?|我?(要|想)?(转|找|和)人工(客服)?(聊|说话)?",
}
SMALL_TALK = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _SMALL_TALK.items()}

ASKS_FIRST = re.compile(
    r"what (was|did) .{0,20}(first|ask\w* first).{0,30}|what did i (first )?ask( you)?( first)?"
    r"( at the (start|beginning))?"
    r"|我(最先|最开始|一开始|第一个|首先)?.{0,4}问.{0,6}(第一个|最先)?.{0,8}(什么|问题)",
    re.IGNORECASE,
)
ASKS_LAST = re.compile(
    r"what (was|did) (my|i) (just |last |previous )?.{0,12}(last|just|previous|before).{0,20}"
    r"|我(刚才|刚刚|上一个).{0,4}问.{0,8}",
    re.IGNORECASE,
)
ASKS_NAME = re.compile(
    r".{0,40}(what('s| is) my name|do you (know|remember) my name|who am i)"
    r"|.{0,12}我(叫|的名字(叫|是)?)(什么|啥)(名字)?",
    re.IGNORECASE,
)
ASKS_MINE = re.compile(
    r"(?:.{0,30}\b)?what (?:is|was) my ([\w' -]{2,40}?)(?: again)?"
    r"|我的(.{1,12})是(?:什么|多少|几号|哪天|哪个)",
    re.IGNORECASE,
)
TELLS_NAME = re.compile(
    r"\b(?:my name is|my name's|call me|i am called|i'm called)\s+([^\W\d_][\w'-]{0,30})"
    r"|(?:我叫|我的名字是|我的名字叫)([^\W\d_]{1,8})",
    re.IGNORECASE,
)
NAMED_IN_RULES = re.compile(
    r"\bYou are (?:called )?((?:the|an?) [^.,;\n]{3,80}|[A-Z]\w+(?![\w'’]))"
    r"|你(?:是|叫)([^\s，。,.]{1,20})"
)
SAYS_EXACTLY = re.compile(r"with exactly this sentence.{0,40}?: “(.+?)”")
OFFERS_NOBODY = re.compile(r"do not offer a person")
FOLLOWS_UP = re.compile(
    r"(and|but|or|then|so)\b|(what|how) about\b|why\b|tell me more|more\b|really\b"
    r"|.*\b(it|that|they|them|those|these|this)\b|那|还有|它|这|为什么|.*呢$",
    re.IGNORECASE,
)
WANTS_MORE = re.compile(
    r"(please )?(can you )?(tell me more|more( details?)?|go on|anything else|what else)( please)?"
    r"|(请|再)?(说|讲)?(详细|多)(一点|点|些|说|讲|说明)*|还有(别的|其他的?)?吗?|继续",
    re.IGNORECASE,
)
ASKS_AMOUNT = re.compile(
    r"\bhow (long|much|many|soon|fast|often)\b|\bwhen\b|\bprice|\bcost"
    r"|多久|多少|几|什么时候|多长|多快",
    re.IGNORECASE,
)
END_MARKS = " \t\n.!?,。！？，~～"
