"""Details of other people, masked before a quote is stored (GDPR, article 5: what is not needed is not kept).

Patients and passers-by leave their e-mail, phone, social security number, date of birth or address in what they
write. An alert does not need them, so they are replaced by what they were. The practitioner's own words (the spans
given) are left alone: it is by them that the item was found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SEP = r"[ .·/–-]{0,3}"

_EMAIL = re.compile(
    r"[\w.%+-]{1,64}(?:"
    r"\s{0,2}(?:@|[(\[{]\s?(?:at|arobase|à|@)\s?[)\]}]|\barobase\b)\s{0,2}"
    r"[\w-]{1,63}(?:\s{0,2}(?:\.|[(\[{]\s?(?:dot|point|\.)\s?[)\]}]|\s(?:dot|point)\s)\s{0,2}[\w-]{2,63}){1,4}"
    r"|\s(?:at|AT)\s[\w-]{1,63}\s?(?:\.|\bdot\b|\bpoint\b)\s?(?:fr|com|org|net|eu|info|be|ch|re)\b)"
)

_NIR = re.compile(  # sex, year, month (or a fictive one), department or 2A/2B, town, rank, and mostly a key
    r"(?<!\d)[12378] ?[.-]?\d\d ?[.-]?(?:0[1-9]|1[0-2]|[2-9]\d) ?[.-]?(?:\d\d|2[ABab]) ?[.-]?\d{3} ?[.-]?\d{3}"
    r"(?: ?[./-]? ?\d\d)?(?!\d)"
)

_PHONE = re.compile(
    r"(?<![\d+])(?!\d\d[./-]\d\d[./-]\d{4})(?:"  # 02/03/2024 14 h is a moment
    r"(?:\+|00) ?(?:33|262|508|59[046]|68[179])" + _SEP + r"(?:\(0\)|0)?(?:" + _SEP + r"\d){6,9}"  # France, overseas
    r"|\+ ?[1-9]\d{0,2}(?:" + _SEP + r"\(?\d\)?){7,12}"  # anywhere, written internationally
    r"|[0oO][1-9](?P<a>" + _SEP + r")\d\d(?P=a)\d\d(?P=a)\d\d(?P=a)\d\d"  # 06 39 98 01 02
    r"|[0oO][1-9](?:" + _SEP + r"\d\d){4}"  # the same with mixed separators
    r"|0[1-9]\d\d(?P<b>[ .-])\d{3}(?P=b)\d{3}"  # 0639 980 102
    r"|0[1-9]\d(?P<c>[ .-])\d{3}(?P=c)\d{4}"  # 063 998 0102
    r"|0[1-9](?P<d>[ .-])\d{4}(?P=d)\d{4}"  # 06 3998 0102
    r"|0(?P<e>[ .-])[1-9](?P=e)(?:\d(?P=e)){7}\d"  # 0 6 3 9 ...
    r")(?!\d)"
)

_MONTH = (
    r"(?:janv|f[ée]vr|mars|avr|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c|jan|feb|mar|apr|may|jun|jul|aug)[a-zé]*\.?"
)
_DATE = (
    rf"(?:\d{{4}}[./-]\d{{1,2}}[./-]\d{{1,2}}|{_MONTH} \d{{1,2}},? \d{{4}}"
    rf"|\d{{1,2}}(?:er)? ?[./ -]? ?(?:\d{{1,2}}|{_MONTH}) ?[./ -]? ?\d{{2,4}})"
)

_BIRTH = re.compile(
    r"(?P<lead>\b(?:n[ée]+\(?e?\)?s?(?: à [\w-]+)? le|n[ée]\(e\) le|date de naissance(?: est)?(?: le)?|naissance|ddn|"
    r"d\.d\.n\.?|born(?: on)?|date of birth|dob)[ :,(]{1,4})" + _DATE + r"(?!\d)",
    re.IGNORECASE,
)

_WAY = (
    r"rue|avenue|ave|boulevard|boul|bd|bld|blvd|chemin|chem|impasse|imp|all[ée]es?|quai|square|r[ée]sidence|lotissement|"
    r"hameau|faubourg|fbg|esplanade|promenade|sentier|rond-point|mont[ée]e|parvis|venelle|ruelle|lieu[- ]dit"
)
_OTHER_WAY = (  # words that also follow a number for other reasons ("3 cours de yoga"): a proper name must follow
    r"av|place|pl|ch|route|rte|cours|cour|sq|passage|villa|lot|fg|voie|traverse|cit[ée]|clos|mail|galerie|domaine|c[ôo]te"
)
_PARTICLE = r"(?:(?:de la|de|du|des|la|le|les|en|aux?|sur|sous|et)\b |(?:de )?[ldLD]['’] ?)"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"

_ADDRESS = re.compile(
    r"(?<![\w/.,-])\d{1,4}(?: ?[-/] ?\d{1,4})?(?: ?(?:bis|ter|quater|[A-Da-d]))?,? "
    r"(?:(?i:" + _WAY + r")\b\.? (?:" + _PARTICLE + r"){0,3}[\w'’.-]+"
    r"|(?i:" + _OTHER_WAY + r")\b\.? (?:" + _PARTICLE + r"){0,3}" + _CAPITAL + r"[\w'’.-]*)"
    r"(?:[ -](?:" + _PARTICLE + r"){0,2}" + _CAPITAL + r"[\w'’-]*){0,4}"
    r"(?:,? (?:\d{5}|[A-Z]-\d{5})(?: " + _CAPITAL + r"[\w'’-]+)?)?"
)


def masked(text: str, spans: Sequence[tuple[int, int]] = ()) -> tuple[str, list[tuple[int, int]]]:
    """Clean `text` with the details of others replaced by what they were, and where `spans` then are.

    A detail inside a span stays. An e-mail address that holds a span goes whole, and the span with it; any other
    detail ends where a span begins.
    """
    text, kept = _replaced(text, sorted(spans), _EMAIL, "[e-mail masqué]", whole=True)
    for pattern, label in _DETAILS:
        text, kept = _replaced(text, kept, pattern, label, whole=False)
    return text, kept


_DETAILS = (
    (_NIR, "[numéro de sécurité sociale masqué]"),
    (_BIRTH, "[date de naissance masquée]"),
    (_PHONE, "[téléphone masqué]"),
    (_ADDRESS, "[adresse masquée]"),
)


def _replaced(
    text: str, spans: list[tuple[int, int]], pattern: re.Pattern[str], label: str, *, whole: bool
) -> tuple[str, list[tuple[int, int]]]:
    pieces: list[str] = []
    moved = []
    at = shift = 0
    waiting = spans
    for begin, end in _details(text, spans, pattern, whole=whole):
        moved += [(a + shift, b + shift) for a, b in waiting if b <= begin]
        waiting = [(a, b) for a, b in waiting if a >= end]
        pieces += [text[at:begin], label]
        shift += len(label) - (end - begin)
        at = end
    moved += [(a + shift, b + shift) for a, b in waiting]
    return "".join([*pieces, text[at:]]), moved


def _details(
    text: str, spans: list[tuple[int, int]], pattern: re.Pattern[str], *, whole: bool
) -> list[tuple[int, int]]:
    """Where `pattern` is found, less what the spans protect."""
    found = []
    for match in pattern.finditer(text):
        begin, end = match.end("lead") if "lead" in pattern.groupindex else match.start(), match.end()
        if any(a <= begin and end <= b for a, b in spans):
            continue
        if not whole:
            end = min([end, *(a for a, _ in spans if begin < a < end)])
            begin = max([begin, *(b for a, b in spans if a <= begin < b)])
            end = begin + len(text[begin:end].rstrip())
        if end - begin > 2:
            found.append((begin, end))
    return found
