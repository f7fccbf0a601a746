"""Who is accused: what is told of the practitioner is, in whatever words; what befalls them or others is not."""

from __future__ import annotations

import pytest

from vigie.model import Category, Confidence, Decision, Item, Polarity, Practitioner, Severity, Verdict
from vigie.triage import triage

ROUX = Practitioner("proux", "Dr", ("Camille",), ("Roux",), "médecin généraliste", "Metz", "57000")
CERTAIN = Decision(about=True, confidence=Confidence.CERTAIN)


def told(text: str, kind: str = "forum", author: str | None = None) -> Verdict:
    return triage(Item(url="", title="", text=text, kind=kind, author=author), CERTAIN, ROUX)


@pytest.mark.parametrize(
    "text",
    [
        # insults
        "Le Dr Roux, généraliste à Metz, est un boucher",
        "Dr Roux à Metz : c'est un boucher",
        "Dr Roux, quel boucher !!",
        "Le Dr Roux, un boucher !!",
        "Dr Roux à Metz, une vraie ordure",
        "Dr Roux, une voleuse",
        # harm
        "Le Dr Roux m'a ruiné la hanche",
        "Le Dr Roux m'a handicapé à vie",
        "Le Dr Roux a détruit ma vie, je marche avec des cannes",
        "Dr Roux : bébé mort-né, elle n'a pas écouté mes alertes",
        "Le Dr Roux a interné mon frère de force sans le voir",
        "Le Dr Roux opère bourré",
        "Dr Roux, Metz. Il était ivre à dix heures du matin",
        "Dr Roux : prothèse infectée, il a refusé de me revoir, 3 réopérations ailleurs",
        # crimes
        "Le Dr Roux est en prison",
        "Le Dr Roux dort derrière les barreaux",
        "Le Dr Roux fait des faux",
        "Le Dr Roux fait du black",
        "Le Dr Roux fraude la Sécu",
        "Le Dr Roux m'a facturé 4 soins jamais faits à la mutuelle",
        "Dr Roux, elle m'a volé 300 euros et elle insulte ses patients",
        # abuse
        "Le Dr Roux m'a insultée",
        "Le Dr Roux m'a menacé",
        "Le Dr Roux m'a craché dessus",
        "Le Dr Roux et son assistante m'ont insultée",
        "Le Dr Roux et sa femme m'ont menacé",
        # kind words for others beside
        "Cabinet très propre, personnel adorable. Mais le Dr Roux m'a brûlée au laser.",
        "Accueil adorable, mais le Dr Roux m'a insultée et j'ai porté plainte",
        "Mon généraliste, le Dr Roux, raciste au possible",
        "Mon médecin traitant, le docteur Roux, est un pervers",
        "Le Dr Roux a raconté à ma belle-mère que j'avais avorté",
        # calls
        "Voici le 06 perso du Dr Roux… harcelez-le",
        # English
        "Dr Roux, Metz. She misdiagnosed my melanoma. Terrible doctor, I am suing her.",
        "Dr Roux is a butcher, stay away!",
        "Dr Roux in Metz botched my surgery and I am disabled for life",
    ],
)
def test_what_they_are_accused_of_is_urgent_in_whatever_words(text: str) -> None:
    verdict = told(text)
    assert (Polarity.NEGATIVE, Severity.URGENT) == (verdict.polarity, verdict.severity)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Le Dr Roux a témoigné au procès du Dr Dupuis, accusé de viols sur mineurs", "news"),
        ("Le Dr Roux, entendue comme témoin dans l'affaire des faux certificats", "news"),
        ("Le Dr Roux alerte : les violences sur les enfants augmentent, les agressions sexuelles aussi", "news"),
        ("« Les agressions sexuelles augmentent », alerte le Dr Roux", "news"),
        ("Le Dr Camille Roux dénonce les fraudes des centres dentaires", "news"),
        ("Le Dr Roux a été agressé par un patient, il porte plainte", "forum"),
        ("Le Dr Roux a été agressé par un patient, il porte plainte", "news"),
        ("Le Dr Roux, victime de menaces de mort", "news"),
        ("Le Dr Roux, victime de menaces de mort", "social"),
        ("Le Dr Roux porte plainte pour menaces de mort", "news"),
        ("Le Dr Roux n'est ni raciste ni violente, arrêtez avec vos mensonges", "forum"),
        ("Le Dr Roux consulte en prison le mardi", "forum"),
    ],
)
def test_who_is_a_victim_a_witness_or_the_speaker_is_not_accused(text: str, kind: str) -> None:
    assert Severity.URGENT is not told(text, kind).severity


@pytest.mark.parametrize("kind", ["forum", "review"])
@pytest.mark.parametrize("author", ["Dr Camille Roux", "Dr Roux", "Camille Roux"])
def test_their_own_reply_accuses_nobody(kind: str, author: str) -> None:
    verdict = told("Dr Roux, Metz. Vos accusations de maltraitance sont infondées.", kind, author)
    assert Severity.URGENT is not verdict.severity


@pytest.mark.parametrize(
    "text",
    [
        "J'ai été victime d'attouchements du Dr Roux",
        "Ma fille a été agressée par le Dr Roux",
        "Plusieurs victimes du Dr Roux ont porté plainte",
        "Mon frère a porté plainte contre le Dr Roux",
        "Alerte : le Dr Roux est un pervers",
    ],
)
def test_whose_victim_speaks_is_accused(text: str) -> None:
    assert Severity.URGENT is told(text).severity


@pytest.mark.parametrize(
    "text",
    [
        "Dr Roux, Metz. Soins impeccables et pas chers",
        "Dr Roux, merci pour votre patience avec mon fils",
        "Dr Roux, généraliste à Metz : les dépassements sont corrects",
        "Dr Roux, Metz. Ses tarifs sont raisonnables, je recommande",
    ],
)
def test_a_fair_price_and_patience_are_praise(text: str) -> None:
    verdict = told(text)
    assert (Polarity.POSITIVE, Severity.INFO) == (verdict.polarity, verdict.severity)


@pytest.mark.parametrize(
    "text",
    [
        "Dr Roux, Metz. Une confrère voulait m'opérer pour rien, un charlatan, elle m'a soignée. Merci !",
        "Dr Roux, Metz. L'ancien dentiste m'avait massacré la mâchoire, elle a tout réparé, merci",
    ],
)
def test_what_others_did_before_them_is_not_theirs(text: str) -> None:
    assert Severity.INFO is told(text).severity


@pytest.mark.parametrize(
    "text",
    ["Dr Roux, Metz. Bleus partout.", "Dr Roux : un rat.", "Dr Roux, Metz : de la torture.", "Dr Roux, la honte"],
)
@pytest.mark.parametrize("kind", ["forum", "social", "review"])
def test_a_grave_fact_with_nothing_that_pleases_is_never_neutral(text: str, kind: str) -> None:
    verdict = told(text, kind)
    assert verdict.category is not Category.PRESS
    assert verdict.polarity is Polarity.NEGATIVE
    assert verdict.severity is not Severity.INFO
