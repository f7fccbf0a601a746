"""What happens on the demo web, and when: its sites, two practitioners, and a namesake of each in another trade.

Everything and everybody is invented. `after_s` counts from the beginning of the show; what is below zero stood there
before. `expects` is what Vigie should make of a post, per practitioner; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VANDERMARCK: dict[str, Any] = {
    "title": "Dr",
    "first_names": ["Éloïse"],
    "last_names": ["Vandermarck"],
    "specialty": "dermatologue",
    "city": "Lyon",
    "postcode": "69006",
    "practice_name": "Cabinet du quai Achille",
    "phone": "+33465710042",
    "website": None,
    "rpps": "10990004217",
    "aliases": [],
    "excluded": [],
    "recipients": [
        {"channel": "email", "address": "dr.vandermarck@cabinet.example", "min_severity": "info"},
        {"channel": "sms", "address": "+33639980042", "min_severity": "urgent"},
    ],
}
MARTIN: dict[str, Any] = {
    "title": "Dr",
    "first_names": ["Paul"],
    "last_names": ["Martin"],
    "specialty": "chirurgien-dentiste",
    "city": "Nantes",
    "postcode": "44000",
    "practice_name": "Cabinet dentaire Graslin",
    "phone": "+33261910077",
    "website": None,
    "rpps": "10990004225",
    "aliases": [],
    "excluded": ["Paul Martin maçon"],
    "recipients": [
        {"channel": "email", "address": "dr.martin@cabinet.example", "min_severity": "info"},
        {"channel": "sms", "address": "+33639980077", "min_severity": "urgent"},
    ],
}
PROFILES = (VANDERMARCK, MARTIN)
"""The demo practitioners, in the form `vigie practitioner add --file` reads."""

V, M = "Vandermarck", "Martin"


@dataclass(frozen=True, slots=True)
class Post:
    """One thing that appears on the demo web."""

    after_s: int
    place: str
    """`blog` (an article), `comment`, `forum`, `review`, `press` (the Gazette), `web` (which only a search finds)."""
    thread: str
    """Slug of the article or thread it belongs to; of the practice, for a review."""
    author: str
    text: str
    title: str = ""
    rating: int | None = None
    expects: Mapping[str, str] = field(default_factory=dict)
    """Last name -> severity Vigie should give it; whoever is not named here should hear nothing."""

    @property
    def key(self) -> str:
        return f"{self.place}-{self.thread}-{self.after_s}".replace("--", "-b")


THREADS = {
    "dermato-lyon": "Un dermato à Lyon qui prend encore des patients ?",
    "dentiste-nantes": "Dentiste sur Nantes : vos retours",
    "bricolage": "Entre voisins : travaux, bons plans, coups de main",
}
PRACTICES = {
    "quai-achille": "Dr Éloïse Vandermarck, dermatologue, Lyon 6e",
    "graslin": "Dr Paul Martin, chirurgien-dentiste, Nantes",
}

_DAY = 86_400

POSTS = (
    Post(
        -9 * _DAY,
        "blog",
        "peau-hiver",
        "Nora",
        title="Peau sèche en hiver : les bons gestes",
        text="Le froid, le chauffage, les lainages : trois raisons d'hydrater matin et soir. Vos astuces en "
        "commentaire !",
    ),
    Post(
        -6 * _DAY,
        "blog",
        "marche-saint-just",
        "Nora",
        title="Le marché de Noël de Saint-Just ouvre samedi",
        text="Quarante exposants, du vin chaud sans alcool et une chorale à 17 h. On s'y retrouve ?",
    ),
    Post(
        -8 * _DAY,
        "comment",
        "peau-hiver",
        "Lisette",
        text="Beurre de karité pour moi, et un humidificateur dans la chambre.",
    ),
    Post(
        -5 * _DAY,
        "forum",
        "dermato-lyon",
        "benoit_69",
        text="Bonjour, le mien part en retraite. Quelqu'un connaît un dermatologue à Lyon sans six mois d'attente ?",
    ),
    Post(
        -4 * _DAY,
        "forum",
        "dermato-lyon",
        "mamie.jo",
        text="Essayez le Dr Vandermarck à Lyon 6e, elle suit mon mari pour son psoriasis depuis trois ans.",
        expects={V: "info"},
    ),
    Post(
        -3 * _DAY,
        "forum",
        "dentiste-nantes",
        "gwenn44",
        text="Je cherche un dentiste patient avec les enfants, plutôt centre-ville.",
    ),
    Post(
        -2 * _DAY,
        "review",
        "quai-achille",
        "Thérèse B.",
        rating=5,
        text="Accueil très agréable, le Dr Vandermarck prend le temps d'expliquer. Je recommande.",
        expects={V: "info"},
    ),
    Post(
        -2 * _DAY,
        "review",
        "graslin",
        "Yannick",
        rating=4,
        text="Détartrage fait avec douceur par le Dr Martin, cabinet moderne.",
        expects={M: "info"},
    ),
    Post(
        -7 * _DAY,
        "press",
        "tramway-rive-gauche",
        "La Gazette",
        title="Le tramway de la rive gauche prend six mois de retard",
        text="Les travaux reprendront au printemps, annonce la métropole.",
    ),
    # --- from here on, while one watches ---
    Post(
        25,
        "forum",
        "dermato-lyon",
        "benoit_69",
        text="Merci mamie.jo ! J'ai vu le Dr Éloïse Vandermarck hier : très à l'écoute, et elle a pris le "
        "temps de tout expliquer.",
        expects={V: "info"},
    ),
    Post(
        50,
        "comment",
        "marche-saint-just",
        "Odile",
        text="Mme Vandermarck, pain d'épices et confitures, tient le stand 12 : sa recette au miel est un délice !",
    ),
    Post(
        80,
        "review",
        "graslin",
        "Maman de trois",
        rating=2,
        text="Une heure de retard chez le Dr Martin et pas un mot d'excuse, la salle d'attente était glaciale.",
        expects={M: "attention"},
    ),
    Post(
        110,
        "forum",
        "bricolage",
        "loulou",
        text="Paul Martin, maçon à Rezé, a refait mon mur en deux jours : travail soigné, prix correct.",
    ),
    Post(
        140,
        "forum",
        "dermato-lyon",
        "sandrine_r",
        text="Attention. Le Dr Vandermarck m'a brûlée au laser : brûlures au deuxième degré, cicatrices à "
        "vie, et elle refuse de "
        "me recevoir. J'ai porté plainte et saisi l'Ordre.",
        expects={V: "urgent"},
    ),
    Post(
        170,
        "press",
        "festival-sante",
        "La Gazette",
        title="Le Dr Éloïse Vandermarck, dermatologue à Lyon, invitée du festival de la santé",
        text="Trois jours de conférences ouvertes à tous, dont une sur la peau des enfants.",
        expects={V: "info"},
    ),
    Post(
        200,
        "comment",
        "peau-hiver",
        "Camille_dermo",
        text="Dans la liste des dermatologues du Rhône : VANDERMARCK (Éloïse), 69006 Lyon. Elle conseille une "
        "crème sans parfum.",
        expects={V: "info"},
    ),
    Post(
        260,
        "review",
        "graslin",
        "Erwan",
        rating=5,
        text="Deux dents de sagesse en trente minutes, aucune douleur. Merci docteur Martin !",
        expects={M: "info"},
    ),
    Post(
        290,
        "web",
        "bonnes-adresses-nantes",
        "Le guide des familles",
        title="Nantes : nos bonnes adresses pour les enfants",
        text="Chez le dentiste Paul Martin, à Nantes, la salle d'attente a une cabane : les petits y vont en courant.",
        expects={M: "info"},
    ),
    Post(
        320,
        "blog",
        "soleil-montagne",
        "Nora",
        title="Soleil et neige : protéger sa peau à la montagne",
        text="« Une crème indice 50, toutes les deux heures », rappelle le Dr Éloïse Vandermarck, dermatologue à Lyon. "
        "Et on n'oublie ni les lèvres ni les oreilles.",
        expects={V: "info"},
    ),
    Post(
        380,
        "forum",
        "bricolage",
        "tiphaine",
        text="Quelqu'un a une perceuse à prêter samedi ? Je rends avec un gâteau.",
    ),
    Post(
        440,
        "forum",
        "dentiste-nantes",
        "gwenn44",
        text="Le dentiste Paul Martin, à Nantes, est doux avec ma fille mais il faut compter quatre mois "
        "d'attente, dommage.",
        expects={M: "attention"},
    ),
    Post(
        520,
        "forum",
        "dentiste-nantes",
        "ras_le_bol",
        text="Le Dr Paul Martin, dentiste place Graslin à Nantes : un escroc. Il m'a facturé trois couronnes "
        "jamais posées, "
        "je dépose plainte lundi.",
        expects={M: "urgent"},
    ),
    Post(
        620,
        "review",
        "quai-achille",
        "Hugues D.",
        rating=3,
        text="Diagnostic juste, merci docteur, mais trente minutes de retard et un accueil un peu sec.",
        expects={V: "attention"},
    ),
)
"""Every post of the demo, the earliest first within each site."""
