"""From what a register calls a specialty to what people call who practises it: `Dermatologie et vénéréologie`, a
`dermatologue`. Alerts and searches say the second; both are words that `vigie.judge` knows.
"""

from __future__ import annotations

from collections.abc import Sequence

from ops.registers import Skill
from vigie.judge.fold import folded

_TRADES = (
    ("medecine generale", "médecin généraliste"),
    ("anatomie et cytologie", "anatomopathologiste"),
    ("anesthesi", "anesthésiste-réanimateur"),
    ("medecine intensive", "réanimateur"),
    ("reanimation", "réanimateur"),
    ("biologie medicale", "biologiste médical"),
    ("chirurgie orthopedi", "chirurgien orthopédiste"),
    ("orthopedie dento", "orthodontiste"),
    ("chirurgie maxillo", "chirurgien maxillo-facial"),
    ("chirurgie orale", "chirurgien oral"),
    ("chirurgie infantile", "chirurgien pédiatrique"),
    ("chirurgie pediatrique", "chirurgien pédiatrique"),
    ("chirurgie plastique", "chirurgien plasticien"),
    ("chirurgie thoracique", "chirurgien thoracique et cardiaque"),
    ("chirurgie urologique", "urologue"),
    ("urologi", "urologue"),
    ("chirurgie vasculaire", "chirurgien vasculaire"),
    ("chirurgie visceral", "chirurgien viscéral et digestif"),
    ("chirurgie generale", "chirurgien"),
    ("neuro chirurgie", "neurochirurgien"),
    ("neurochirurgie", "neurochirurgien"),
    ("medecine vasculaire", "médecin vasculaire"),
    ("cardiologie", "cardiologue"),
    ("dermatologie", "dermatologue"),
    ("endocrinologie", "endocrinologue"),
    ("gastro enterologie", "gastro-entérologue"),
    ("genetique", "généticien"),
    ("geriatrie", "gériatre"),
    ("gynecologie", "gynécologue"),
    ("hematologie", "hématologue"),
    ("hepato gastro", "gastro-entérologue"),
    ("maladies infectieuses", "infectiologue"),
    ("allergologie", "allergologue"),
    ("medecine d urgence", "médecin urgentiste"),
    ("medecine du travail", "médecin du travail"),
    ("medecine interne", "médecin interniste"),
    ("medecine legale", "médecin légiste"),
    ("medecine nucleaire", "médecin nucléaire"),
    ("medecine physique", "médecin rééducateur"),
    ("nephrologie", "néphrologue"),
    ("neuro psychiatrie", "neuropsychiatre"),
    ("neurologie", "neurologue"),
    ("onco", "oncologue"),
    ("radio therapie", "oncologue radiothérapeute"),
    ("radiotherapie", "oncologue radiothérapeute"),
    ("ophtalmologie", "ophtalmologue"),
    ("o r l", "ORL"),
    ("oto rhino", "ORL"),
    ("pediatrie", "pédiatre"),
    ("pneumologie", "pneumologue"),
    ("psychiatrie", "psychiatre"),
    ("radio diagnostic", "radiologue"),
    ("radiologie", "radiologue"),
    ("rhumatologie", "rhumatologue"),
    ("sante publique", "médecin de santé publique"),
    ("stomatologie", "stomatologue"),
)
"""What a folded label holds -> what who practises it is called. The first that fits: a branch before its trunk."""


def trade(label: str) -> str:
    """Who practises what `label` says; the label itself, in small letters, when it has no name of its own here."""
    plain = f" {folded(label)} "
    return next((noun for part, noun in _TRADES if f" {part}" in plain), label.lower())


def specialty(skills: Sequence[Skill], profession: str) -> str:
    """What they practise: their one or two ordinal specialties, else another competence, else the profession."""
    first = [skill for skill in skills if skill.rank == min(s.rank for s in skills)]
    nouns = list(dict.fromkeys(trade(skill.label) for skill in first))
    return " et ".join(nouns[:2]) or profession.lower()
