"""What an item says, besides a name, that agrees with a practitioner or contradicts them.

A town or a trade somewhere in the text proves nothing: what counts most is what is attached to the name, within a
few words of it and the same sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vigie.lexicon import Terms, specialties, towns, trades, words_of
from vigie.model import Practitioner
from vigie.names import Names
from vigie.reading import Reading

_POSTCODE = re.compile(r"\d{5}")
_DEPARTMENT = re.compile(r"\d{2,3}")
_ARTICLES = frozenset("le la l un une les des ce cet cette notre votre mon ma du au son sa".split())
_TRADE_ENDINGS = re.compile(r"[a-z]{3,}(?:iste|eur|euse|trice|iere|ier|ien|ienne|logue|graphe|tier|tiere|man|woman)")
_NOT_TRADES = Terms(
    "premier* dernier* seul* janvier fevrier quartier* dossier* meilleur* monsieur ailleurs plusieurs hier metier* papier* "
    "heure* douleur* bien combien rien soutien entretien chantier* cahier* courrier* clavier* particulier* entier* papier "
    "erreur* valeur* fleur* couleur* docteur* professeur* ancien* ancienne* superieur* interieur* exterieur* mineur* majeur* "
    "humeur* peur honneur bonheur malheur* leur* sieur sieurs rumeur* tumeur* chaleur candidature collegue* lien maintien "
    "italien* parisien* quotidien* chirurgien* praticien* clinicien* medecin* specialiste* generaliste* confrere* remplacant* "
    "interne* externe* chercheur* directeur+de+these fondateur+du+cabinet ancienneté gardien+de+la+paix tier tiers entier "
    "altier escalier* palier* loyer* charnier* officier* mobilier immobilier financier* financiere* familier* regulier* "
    "reguliere* derniere* premiere* maniere* matiere* lumiere* riviere* priere* frontiere* carriere* bien chien* mien tien sien "
    "moyen* vendeur+de+reves serieuse* curieuse* heureuse* precieuse* douloureuse* genereuse* dangereuse* menteur* menteuse* "
    "escroc fraudeur* voleur* profiteur* baratineur* tueur* tueuse* violeur* agresseur* sauveur* consoeur* soeur* coeur* rieur "
    "triste* egoiste* raciste* sexiste* fasciste* pessimiste* optimiste* realiste*".replace("+", " ").split()
)
"""Words that end like a trade and are none, or that patients use of their own doctor."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the whole item says around the names."""

    city: bool
    city_word: str
    postcode: bool
    far_postcode: bool
    """A postcode of another department stands in it."""
    specialty: str
    """The first word of the practitioner's own trade, or empty."""
    topic: bool
    medical: bool
    practice: bool
    place: str
    """A word that only the practice's name has."""
    excluded: bool
    fiction: bool


def setting(reading: Reading, names: Names, practitioner: Practitioner) -> Setting:
    words = reading.words
    known = set(words)
    city = _city(words, names, known)
    codes = [word for word in words if _POSTCODE.fullmatch(word)]
    specialty = next(
        (
            reading.original(at)
            for at in range(len(words))
            if own_role(words, at, names) and not _foreign(words, at, names)
        ),
        "",
    )
    return Setting(
        city=bool(city),
        city_word=city,
        postcode=practitioner.postcode in codes,
        far_postcode=bool(codes) and all(code[:2] != practitioner.postcode[:2] for code in codes),
        specialty=specialty,
        topic=any(own.topics.any(words) for own in names.own),
        medical=words_of("medical").any(words),
        practice=len(names.practice) > 1 and _contains(words, names.practice),
        place=next((word for word in words if word in names.places), ""),
        excluded=any(_excluded(words, known, phrase) for phrase in names.excluded),
        fiction=words_of("fiction").any(words),
    )


def _city(words: list[str], names: Names, known: set[str]) -> str:
    for form in names.city:
        if form[0] in known and _contains(words, form):
            return " ".join(form)
    if names.demonym:
        return next((word for word in words if word.startswith(names.demonym)), "")
    return ""


def _contains(words: list[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(tuple(words[at : at + size]) == phrase for at in range(len(words) - size + 1))


def _excluded(words: list[str], known: set[str], phrase: tuple[str, ...]) -> bool:
    """The phrase itself, or all its words apart, in the singular or the plural."""
    if _contains(words, phrase):
        return True
    stems = {word.rstrip("sx") for word in known}
    return len(phrase) > 1 and all(len(word) < 3 or word.rstrip("sx") in stems for word in phrase)


def own_role(words: list[str], at: int, names: Names) -> int:
    """Words of the term for the practitioner's own trade that begins at `at`; 0 when none does."""
    lengths = [own.roles.length(words, at) for own in names.own]
    return max([*lengths, 0 if names.own else names.own_roles.length(words, at)])


def _foreign(words: list[str], at: int, names: Names) -> bool:
    """A longer term of another trade begins there (`chirurgien-dentiste`, for an orthopaedic surgeon)."""
    return other_role(words, at, names) > own_role(words, at, names)


def other_role(words: list[str], at: int, names: Names) -> int:
    """Words of the term for a trade that is not the practitioner's and begins at `at`."""
    own = {specialty.name for specialty in names.own}
    lengths = [known.roles.length(words, at) for known in specialties() if known.name not in own]
    return max(*lengths, trades().length(words, at))


def role_at(reading: Reading, at: int, names: Names) -> int:
    """+1 when word `at` begins a term for the practitioner's own trade, -1 for another one's, 0 for none."""
    words = reading.words
    mine, other = own_role(words, at, names), other_role(words, at, names)
    if mine or other:
        return 1 if mine >= other else -1
    return 0


def unknown_trade(reading: Reading, at: int) -> bool:
    """A lower-case word that ends like a trade, for the trades no list has."""
    word = reading.words[at]
    return (
        not reading.capital(at)
        and _TRADE_ENDINGS.fullmatch(word) is not None
        and not _NOT_TRADES.has(word)
        and not any(known.roles.has(word) for known in specialties())
    )


def article(word: str) -> bool:
    return word in _ARTICLES


def foreign_town(reading: Reading, first: int, after: int, names: Names) -> str:
    """A town, other than the practitioner's own, written with a capital among words `first` to `after`."""
    own = {word for form in names.city for word in form} | names.places | set(names.practice)
    for at, end in towns().find(reading.words, first, after):
        if reading.words[at] in own or not reading.capital(at) or (at and reading.gap(at) == "-"):
            continue
        return reading.original(at, end)
    return ""


def foreign_department(reading: Reading, first: int, after: int, practitioner: Practitioner) -> bool:
    """A postcode, or `(33)`, of another department among words `first` to `after`, and none of theirs."""
    found = False
    for at in range(first, min(after, len(reading.words))):
        word = reading.words[at]
        postal = _POSTCODE.fullmatch(word)
        bracketed = (
            _DEPARTMENT.fullmatch(word) and reading.gap(at).endswith("(") and reading.gap(at + 1).startswith(")")
        )
        if postal or bracketed:
            if word[:2] == practitioner.postcode[:2]:
                return False
            found = True
    return found
