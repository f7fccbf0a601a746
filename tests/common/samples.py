"""An alert about fictional people, as tests and the pictures of the documentation show it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from vigie.model import (
    Alert,
    AlertState,
    Category,
    Confidence,
    Mention,
    MentionStatus,
    Polarity,
    Practitioner,
    Reason,
    Severity,
)

NOW = datetime(2026, 11, 23, 13, 16, 40, tzinfo=UTC)

PRACTITIONER = Practitioner(
    practitioner_id="pabcdefghijklmno",
    title="Dr",
    first_names=("Claire",),
    last_names=("Morvant",),
    specialty="dermatologue",
    city="Lyon",
    postcode="69003",
)


def mention(**facts: object) -> Mention:
    """A harsh post of a forum, changed by `facts`."""
    made = Mention(
        practitioner_id=PRACTITIONER.practitioner_id,
        mention_id="mforum2345abcdef",
        source_id="sforum234567abcd",
        url="https://forum.sante-et-patients.example/t/dermato-lyon#post-18",
        title="Dermato à Lyon 3e : un avis ?",
        excerpt="…franchement, fuyez. Le Dr Claire Morvant m'a facturé un acte qu'elle n'a pas fait. "
        "Une voleuse, joignable au [téléphone masqué] si vous voulez tenter.",
        marks=((24, 41),),
        status=MentionStatus.PENDING,
        confidence=Confidence.CERTAIN,
        category=Category.FORUM,
        polarity=Polarity.NEGATIVE,
        severity=Severity.URGENT,
        found_at=NOW,
        reasons=(
            Reason("full_name", "Dr Claire Morvant"),
            Reason("city", "Lyon"),
            Reason("fraud", "facturé un acte qu'elle n'a pas fait"),
            Reason("insult", "voleuse"),
        ),
        published_at=datetime(2026, 11, 23, 12, 58, tzinfo=UTC),
    )
    return replace(made, **facts)  # type: ignore[arg-type]


REVIEW = mention(
    mention_id="mreview345abcdef",
    url="https://avis-sante.example/lyon/dermatologue/12?avis=841",
    title="Avis sur un dermatologue à Lyon",
    excerpt="Plus d'une heure d'attente chez Mme Morvant et un accueil froid. Le soin en lui-même était correct.",
    marks=((32, 43),),
    confidence=Confidence.PROBABLE,
    category=Category.REVIEW,
    severity=Severity.ATTENTION,
    polarity=Polarity.MIXED,
    rating=2.0,
    reasons=(
        Reason("title_surname", "Mme Morvant"),
        Reason("specialty", "dermatologue"),
        Reason("city", "Lyon"),
        Reason("rating_low", "2/5"),
        Reason("complaint_service", "une heure d'attente"),
    ),
    published_at=datetime(2026, 11, 22, 0, 0, tzinfo=UTC),
)

NEWS = mention(
    mention_id="mpress3456abcdef",
    url="https://www.le-courrier-du-rhone.example/sante/depistage-2026",
    title="Dépistage gratuit des cancers de la peau samedi place Bellecour",
    excerpt="Parmi les praticiens présents, la docteure Claire Morvant, dermatologue à Lyon, répondra aux questions.",
    marks=((43, 57),),
    category=Category.PRESS,
    severity=Severity.INFO,
    polarity=Polarity.NEUTRAL,
    reasons=(Reason("full_name", "docteure Claire Morvant"), Reason("city", "Lyon"), Reason("neutral_text")),
    published_at=datetime(2026, 11, 21, 7, 30, tzinfo=UTC),
)


def alert(*mentions: Mention, **facts: object) -> Alert:
    made = Alert(
        practitioner_id=PRACTITIONER.practitioner_id,
        alert_id="a20261123t131640k5w2rb7",
        recipient_id="rabcdefgh",
        channel="email",
        address="dr.morvant@cabinet.example",
        language="fr",
        mention_ids=tuple(m.mention_id for m in mentions),
        state=AlertState.SENDING,
        epoch=1,
        roster_version=1,
        created_at=NOW,
    )
    return replace(made, **facts)  # type: ignore[arg-type]
