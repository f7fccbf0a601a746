"""Practitioners of the matching tests; all invented."""

from __future__ import annotations

from typing import Any

from vigie.model import Item, Practitioner

VANDERMARCK = Practitioner(
    "pvandermarck",
    "Dr",
    ("Éloïse",),
    ("Vandermarck",),
    "dermatologue",
    "Lyon",
    "69006",
    practice_name="Cabinet du quai Achille",
    phone="+33465710042",
    website="https://www.dr-vandermarck.example/rdv",
    rpps="10990004217",
    aliases=("@dr.eloise.v",),
    excluded=("Éloïse Vandermarck harpiste",),
)
MARTIN = Practitioner(
    "pmartin", "Dr", ("Paul",), ("Martin",), "chirurgien-dentiste", "Nantes", "44000", phone="+33261910077"
)
GUILVINEC = Practitioner(
    "pguilvinec",
    "Dr",
    ("Anne-Sophie",),
    ("Le Guilvinec-Tanguy", "Le Guilvinec"),
    "médecin généraliste",
    "Saint-Malo",
    "35400",
    practice_name="Maison de santé de Rocabey",
    aliases=("AS Tanguy",),
)
DE_LA_FONT = Practitioner(
    "pdelafont", "Pr", ("Jean-Baptiste",), ("de La Font",), "cardiologue", "Rouen", "76000", practice_name=None
)
ROSSIGNOL = Practitioner(
    "prossignol",
    "Mme",
    ("Claire",),
    ("Rossignol",),
    "sage-femme",
    "Angers",
    "49100",
    practice_name="Maison des Naissances Doutre",
)
EVERYONE = (VANDERMARCK, MARTIN, GUILVINEC, DE_LA_FONT, ROSSIGNOL)


def item(text: str, **facts: Any) -> Item:
    return Item(url="https://web.example/1", text=text, **facts)
