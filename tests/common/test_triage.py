"""How serious a mention is: facts by family, guarded against denial and praise; stars settle what words leave open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.common.people import VANDERMARCK, item
from vigie.match import match
from vigie.model import Category, Confidence, Decision, Item, Polarity, Severity, Verdict
from vigie.triage import MEANINGS, meant, triage

URGENT, ATTENTION, INFO = Severity.URGENT, Severity.ATTENTION, Severity.INFO
NEGATIVE, NEUTRAL, POSITIVE = Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE


def judge(text: str, **facts: object) -> Verdict:
    found = item(f"Dr Vandermarck, dermatologue à Lyon. {text}", **{"kind": "forum", **facts})
    decision = match(VANDERMARCK, found)
    assert decision is not None
    return triage(found, decision, VANDERMARCK)


@pytest.mark.parametrize(
    ("severity", "polarity", "text"),
    [
        # accusations, harm, crime, justice, insult, threat, boycott
        (URGENT, NEGATIVE, "Elle m'a brûlée au laser, j'ai des cicatrices à vie."),
        (URGENT, NEGATIVE, "J'ai porté plainte et saisi l'Ordre."),
        (URGENT, NEGATIVE, "Une incompétente, un charlatan de première."),
        (URGENT, NEGATIVE, "Elle est passée à côté d'un mélanome, mon père est mort."),
        (URGENT, NEGATIVE, "Il y a eu des attouchements pendant la consultation."),
        (URGENT, NEGATIVE, "C'est une arnaque, elle facture des actes fictifs."),
        (URGENT, NEGATIVE, "Fuyez ! Partagez son nom partout."),
        (URGENT, NEGATIVE, "Elle a refusé de me soigner, propos racistes devant ma fille."),
        (URGENT, NEGATIVE, "Elle va payer, je sais où elle gare sa voiture."),
        (URGENT, NEGATIVE, "Mise en examen pour escroquerie à l'assurance maladie."),
        # service
        (ATTENTION, NEGATIVE, "Une heure de retard, accueil glacial, consultation expédiée."),
        (ATTENTION, NEGATIVE, "Très déçue, je ne reviendrai pas."),
        # praise, also of grave matters
        (INFO, POSITIVE, "Très à l'écoute, je recommande les yeux fermés !"),
        (INFO, POSITIVE, "Merci à elle, un mélanome détecté à temps."),
        (INFO, POSITIVE, "Douce, rassurante, excellente."),
        # denied
        (INFO, POSITIVE, "Ce n'est pas un charlatan, au contraire : excellente et très humaine."),
        (INFO, NEUTRAL, "Aucune sanction à son sujet."),
        # the same words, meant otherwise
        (
            INFO,
            POSITIVE,
            "Trois confrères avaient raté le cancer de papa, elle l'a vu tout de suite. Merci infiniment.",
        ),
        (INFO, POSITIVE, "Une tuerie, cette dermato ! Je recommande."),
        (INFO, POSITIVE, "Non, ce n'est pas une voleuse, ses prix sont affichés et elle est adorable."),
        # both
        (ATTENTION, Polarity.MIXED, "Très compétente, mais toujours une heure de retard, dommage."),
        # nothing said
        (INFO, NEUTRAL, "Le cabinet est au 12 quai Achille-Lignon."),
    ],
)
def test_it_weighs_what_is_said(severity: Severity, polarity: Polarity, text: str) -> None:
    verdict = judge(text)
    assert (severity, polarity) == (verdict.severity, verdict.polarity)


@pytest.mark.parametrize(
    ("severity", "rating", "text"),
    [
        (ATTENTION, 1.0, "Bof."),
        (ATTENTION, 2.0, "Pas terrible."),
        (INFO, 5.0, "Rien à dire."),
        (URGENT, 1.0, "Elle m'a défigurée."),
        (INFO, 5.0, "Opérée d'une tumeur, sauvée !"),
    ],
)
def test_stars_settle_what_words_leave_open(severity: Severity, rating: float, text: str) -> None:
    assert severity is judge(text, kind="review", rating=rating).severity


@pytest.mark.parametrize(
    ("category", "facts"),
    [
        (Category.REVIEW, {"kind": "review"}),
        (Category.FORUM, {"kind": "forum"}),
        (Category.SOCIAL, {"kind": "social"}),
        (Category.VIDEO, {"kind": "video"}),
        (Category.PHOTO, {"kind": "image"}),
        (Category.PRESS, {"kind": "news"}),
    ],
)
def test_the_category_is_that_of_the_support(category: Category, facts: dict[str, object]) -> None:
    assert category is judge("Bonjour.", **facts).category


@pytest.mark.parametrize(
    ("category", "text", "facts"),
    [
        (Category.OFFICIAL, "Avis de constitution de la SELARL.", {"kind": "web"}),
        (Category.OFFICIAL, "Sont nommés membres du comité.", {"kind": "web"}),
        (Category.OWN_CONTENT, "Chers patients, le cabinet ferme.", {"kind": "web", "author": "Éloïse Vandermarck"}),
        (Category.FAKE_PROFILE, "Compte VIP : clique sur le lien et entre ta carte.", {"kind": "social"}),
        (Category.PERSONAL_CONTACT, "Son numéro perso : 06 39 98 12 34", {"kind": "social"}),
        (Category.PERSONAL_CONTACT, "Elle habite 14 rue des Lilas, portail vert.", {"kind": "forum"}),
        (Category.DIRECTORY, "Horaires, secteur 2, prise de rendez-vous.", {"kind": "web"}),
        (Category.PRESS, "« On manque de bras », raconte la praticienne dans un long entretien.", {"kind": "web"}),
    ],
)
def test_what_is_said_can_outrank_the_support(category: Category, text: str, facts: dict[str, object]) -> None:
    assert category is judge(text, **facts).category


def test_private_data_is_urgent_with_malice_and_attention_without() -> None:
    assert URGENT is judge("Elle habite 14 rue des Lilas. Allez lui demander vous-mêmes.").severity
    assert ATTENTION is judge("Son numéro perso : 06 39 98 12 34, elle répond même le dimanche", kind="social").severity


def test_impersonation_that_deceives_is_urgent() -> None:
    assert URGENT is judge("Compte VIP : clique sur le lien et entre ta carte.", kind="social").severity


def test_a_listing_that_says_they_stopped_asks_for_attention() -> None:
    verdict = judge("Ce praticien a cessé son activité. Horaires, secteur 2.", kind="web")
    assert (Category.DIRECTORY, ATTENTION) == (verdict.category, verdict.severity)


def test_an_article_is_judged_by_the_sentences_that_name_them() -> None:
    article = item(
        "Les urgences du CHU sont au bord de la catastrophe, avec une attente lamentable et un accueil déplorable. "
        "« Hydratez-vous », conseille le Dr Éloïse Vandermarck, dermatologue à Lyon.",
        kind="news",
    )
    decision = match(VANDERMARCK, article)
    assert decision is not None
    assert INFO is triage(article, decision, VANDERMARCK).severity


def test_what_happened_to_somebody_is_judged_whole_wherever_it_is_told() -> None:
    story = item(
        "La docteure Éloïse Vandermarck, dermatologue à Lyon, m'a reçue hier. Consultation bâclée, je déconseille.",
        kind="web",
    )
    decision = match(VANDERMARCK, story)
    assert decision is not None
    assert ATTENTION is triage(story, decision, VANDERMARCK).severity


def test_reasons_quote_the_words() -> None:
    reasons = {reason.code: reason.words for reason in judge("J'ai porté plainte, c'est une escroc.").reasons}
    assert {"legal_action", "insult"} <= reasons.keys()
    assert "plainte" in reasons["legal_action"]


def test_a_tone_without_a_known_fact_is_said_to_be_one_with_the_words_that_weighed() -> None:
    reasons = [judge("Consultation bâclée.", kind="review", rating=1.0), judge("Mouais.", kind="review", rating=2.0)]
    assert all(verdict.reasons for verdict in reasons)


def test_doubt_is_for_the_alarm_when_it_surely_is_about_them_and_not_when_it_may_be_a_namesake() -> None:
    doubtful = dict.fromkeys(MEANINGS, 0.0) | {"urgent": 0.5, "negative": 0.5}
    assert "urgent" == meant(doubtful, Category.FORUM, Confidence.CERTAIN)
    assert "negative" == meant(doubtful, Category.FORUM, Confidence.PROBABLE)


def test_a_name_that_is_an_insult_is_none() -> None:
    boucher = replace(VANDERMARCK, last_names=("Boucher",))
    found = item("Dr Éloïse Boucher, dermatologue à Lyon : consultations le mardi, quartier Saint-Jean.", kind="forum")
    decision = Decision(about=True, confidence=Confidence.CERTAIN)
    assert INFO is triage(found, decision, boucher).severity


def test_a_fact_far_into_a_long_page_is_read() -> None:
    page = "Le marché de Noël ouvre ses portes. " * 2_000
    found = item(f"{page}Le Dr Éloïse Vandermarck, dermatologue à Lyon, est un charlatan.", kind="forum")
    decision = match(VANDERMARCK, found)
    assert decision is not None
    assert URGENT is triage(found, decision, VANDERMARCK).severity


@given(
    st.text(alphabet=st.characters(exclude_categories=()), max_size=120),
    st.sampled_from(["review", "forum", "news", "social", "web", "video", "image", "?"]),
    st.one_of(st.none(), st.floats(0, 5)),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=3),
)
def test_nothing_one_can_write_breaks_it(
    text: str, kind: str, rating: float | None, spans: list[tuple[int, int]]
) -> None:
    found = Item(url="", title=text, text=text, kind=kind, rating=rating, author=text)
    decision = Decision(about=True, confidence=Confidence.PROBABLE, spans=tuple(spans))
    verdict = triage(found, decision, VANDERMARCK)
    assert verdict == triage(found, decision, VANDERMARCK)
