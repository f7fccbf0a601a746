"""What sites say in the place of a page: who may read it, that it is gone, that something failed.

Whole sentences of the programs that say them (phpBB, SMF, vBulletin, XenForo, MyBB, Invision, WordPress, PHP, web
servers), loose enough for their variants and no looser: people complain of logins and errors too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vigie.model import OutcomeKind


@dataclass(frozen=True, slots=True)
class StandIn:
    """What was served in the place of a page."""

    outcome: OutcomeKind
    detail: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One sort of them: what such pages say, and what heads them, whole."""

    stands: StandIn
    says: re.Pattern[str]
    heads: re.Pattern[str]


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_LOGGED = r"(?:connectée?s?|identifiée?s?|inscrite?s?|membre|logged[ -]in|registered|signed[ -]in)(?:\(e\))?"
_READ = r"(?:acc[ée]der|consulter|lire|parcourir|visualiser|voir|access|browse|read|see|view)"
_PLACE = (
    r"(?:area|blog|board|contenus?|content|discussions?|forums?|pages?|rubrique|section|site|sujets?|thread"
    r"|topic)"
)
_AFTER = (
    r"(?:\W*(?:acc[èe]s|access|bad gateway|connection|erreur|error|file|forbidden|gateway|gone|internal|interdit"
    r"|introuvable|non trouvée?|not found|page|resource|server|service|unauthori[sz]ed)\b.{0,60})?"
)
"""What follows the number of an error; `404 médecins manquent` is news."""

_ASKED = (
    r"(?:adresse|annonce|article|blog|compte|contenu|discussion|document|fiche|fichier|forum|page|profil|ressource|sujet"
    r"|url)"
)
_WANTED = r"(?:account|address|blog|content|document|file|forum|page|post|profile|thread|topic|url)"

ASKS = Notice(
    StandIn(OutcomeKind.BLOCKED, "asks who is there"),
    _words(
        rf"(?:devez|faut|merci de|veuillez|must|need to|please)\b[^.]{{0,40}}\b(?:{_LOGGED}|connecter|identifier"
        rf"|inscrire|log[ -]?in|sign[ -]?in|register)\b[^.]{{0,60}}\b{_READ}\b[^.]{{0,30}}\b{_PLACE}\b",
        rf"(?:connectez|identifiez|inscrivez)-vous\b[^.]{{0,60}}\b{_READ}\b[^.]{{0,30}}\b{_PLACE}\b",
        rf"n['’]êtes pas (?:autorisée?|habilitée?)(?:\(e\))?s? à {_READ}",
        r"n['’]êtes pas (?:identifié|connecté)\S* ou (?:vous )?n['’]avez pas",
        rf"n['’]avez pas (?:la permission|l['’](?:autorisation|accès)|les (?:droits|permissions)|le droit)"
        rf"[^.]{{0,40}}{_READ}",
        rf"(?:not|aren['’]t) (?:authori[sz]ed|allowed|permitted) to {_READ}",
        rf"(?:not logged in|do not have permission|don['’]t have permission)\b[^.]{{0,40}}\b{_READ}\b",
        r"missing or off limits to you|un compte est requis|(?:account|login|registration)(?: is)? required",
        r"seuls les (?:membres|utilisateurs|inscrits)[^.]{0,40}(?:autorisés|peuvent|accès)",
        r"protégée? par (?:un )?mot de passe|password[ -]protected|protected by a password",
        r"only registered (?:members|users)[^.]{0,30}(?:allowed|can|may)",
        rf"(?:cette?|this) {_PLACE} (?:est|is) (?:priv\w+|protég\w+|réserv\w+|password[ -]protected|restricted)",
    ),
    _words(
        r"(?:page de )?connexion(?: requise| au (?:site|forum)| à .{1,30})?|se connecter|connectez-vous.{0,40}",
        r"s['’]identifier|identifiez-vous.{0,40}|identification|authentification(?: requise)?|authentication required",
        r"(?:member |user |please )?log[ -]?in(?: required| to .{1,40})?|(?:please )?sign[ -]?in(?: to .{1,40})?",
        r"acc[èe]s (?:restreint|réservé.{0,40}|privé|refusé|interdit)|access (?:denied|restricted)|forbidden",
        r"(?:autorisation|authorization) (?:requise|required)|unauthorized",
        rf"(?:(?:erreur |error )?40[13]){_AFTER}|(?:no|insufficient) permissions?|page protégée",
    ),
)
CHECKS = Notice(
    StandIn(OutcomeKind.BLOCKED, "a check of visitors"),
    _words(
        r"gliss(?:er|ez)\b[^.]{0,30}(?:curseur|puzzle|pièce|vérifi)|(?:slide|drag)\b[^.]{0,30}(?:verify|puzzle|slider)",
        r"(?:prouve[rz]|vérifie[rz]?|confirme[rz]|assure[rz]|prove|verify|confirm)\b[^.]{0,20}\b(?:vous|you)\b[^.]{0,20}"
        r"\b(?:robot|humai?n)",
        r"(?:je ne suis pas|i['’]?a?m not) (?:un |a )?robot|êtes-vous un (?:robot|humain)|are you a? ?(?:robot|human)",
        r"(?:activité|trafic) (?:inhabituel|suspect|anormal)\w*[^.]{0,20}(?:depuis|détect|provenan|votre)",
        r"unusual (?:activity|traffic) from|access to this page has been denied|requested url was rejected",
        r"(?:you have been|vous avez été) (?:temporarily |temporairement )?(?:banned|banni|blocked|bloqué)",
        r"being rate limited|request (?:was |has been )?blocked",
        r"êtes (?:\w+ )?dans (?:la|une) (?:file|salle) d['’]attente",
        r"vérification de votre navigateur|checking your browser|navigateur n['’]est pas (?:compatible|pris en charge)",
        r"browser is (?:not supported|out of date|unsupported)|(?:avez|êtes)-vous[^.]{0,20} 18 ans",
        r"(?:activez|activer|autorisez|enable) (?:les )?(?:cookies|javascript)",
        r"javascript (?:est|is) (?:désactivé|disabled|nécessaire|requis|required)",
        r"vous (?:allez|serez|êtes)[^.]{0,20} redirigé|you (?:are|will)[^.]{0,10} be(?:ing)? redirected"
        r"|if you are not redirected",
    ),
    _words(
        r"avant (?:d['’]accéder à|de continuer).{0,60}|before you continue.{0,60}",
        r"vérification(?: de sécurité| en cours)?|(?:verify|verifying) you.{0,40}|request (?:blocked|rejected)|blocked",
        r"gestion des cookies|redirect(?:ion|ing).{0,20}",
    ),
)
ENDED = Notice(
    StandIn(OutcomeKind.GONE, "a page that is gone"),
    _words(
        rf"\b{_ASKED}s?\b[^.]{{0,60}}(?:introuvable|n['’]existe (?:pas|plus)|n['’]a pas été trouvé"
        r"|a été (?:supprim|retir)|n['’]est plus (?:accessible|disponible|en ligne))",
        rf"\b{_WANTED}\b[^.]{{0,60}}(?:not (?:be )?found|(?:does not|doesn['’]t|no longer) exist"
        r"|been (?:deleted|removed))",
        r"(?:discussion|forum|message|sujet|thread)[^.]{0,20} spécifié\S* (?:est )?(?:incorrect|invalide)",
        r"invalid (?:forum|post|thread|user) specified|no (?:forum|post|thread) specified",
        r"aucun texte sur cette page|currently no text in this page",
        r"domain\w*\b[^.]{0,40}(?:vient d['’]être enregistré|isn['’]t connected)|buy this domain",
        r"domain\w*\b[^.]{0,20}(?:à vendre|(?:is|may be) for sale|has expired|a expiré)",
    ),
    _words(
        rf"(?:erreur |error |http (?:status )?)?(?:404|410|419){_AFTER}|nothing found|rien trouvé|page expired",
        rf"(?:{_ASKED}|{_WANTED})?(?: demandée?)? ?(?:not found|introuvable|(?:non trouvé|inexistant|supprimé"
        r"|indisponible)e?)(?: \(?404\)?)?",
        rf"(?:cette? |la |le )?{_ASKED}(?: demandée?)? n['’](?:existe|est) (?:pas|plus).{{0,40}}",
    ),
)
FAILS = Notice(
    StandIn(OutcomeKind.UNREACHABLE, "an error page"),
    _words(
        r"error establishing a database connection|connexion à la base de données|sqlstate\[|mysqli?_?connect",
        r"\bsql error|this (?:account|site) has been suspended|whitelabel error page",
        r"\b(?:fatal|parse) error\s*:|\buncaught (?:error|exception|typeerror)|traceback \(most recent call last\)",
        r"too many connections|server error in '/|internal server error|bad gateway|gateway time-?out",
        r"\b(?:site|forum|service|page|serveur)\b[^.]{0,20}\b(?:en|under|for|in) maintenance|down for maintenance",
        r"scheduled maintenance|maintenance (?:en cours|programmée)|(?:opération|travaux) de maintenance",
        r"\b(?:site|forum|page|serveur|server|service) (?:is |est )?(?:temporarily unavailable|temporairement (?:fermé"
        r"|indisponible)|momentanément (?:fermé|indisponible))",
        r"encountered an unexpected error|\b(?:site|serveur|service)\b[^.]{0,30}difficultés techniques",
        r"problème technique \(|technical difficulties|votre hébergement est prêt",
        r"we(?:['’]|)ll be (?:right )?back|(?:resource|bandwidth) limit (?:is )?(?:reached|exceeded)",
    ),
    _words(
        rf"(?:erreur |error )?5\d\d{_AFTER}|(?:internal )?server error|bad gateway|gateway time-?out",
        r"(?:service |site )?(?:temporarily |temporairement |momentanément )?(?:unavailable|indisponible)",
        r"(?:(?:database|sql|general) )?error|erreur(?: (?:de la base de données|fatale|générale|interne|serveur))?",
        r"(?:site |forum )?(?:en |under |in )?maintenance(?: mode)?|(?:site |forum )?(?:offline|hors ligne|fermé)",
        r"welcome to (?:nginx|openresty|caddy).{0,20}|apache2? .{0,30}default page.{0,20}|it works|account suspended",
        r"une erreur (?:est survenue|s['’]est produite).{0,30}|(?:oops|oups).{0,60}|.{0,30}something went wrong",
        r"site non installé",
    ),
)
SAID = (FAILS, ASKS, CHECKS, ENDED)
HEADED = (ASKS, CHECKS, ENDED, FAILS)
"""What pages say is surer than what heads them: `Oops!` is the title of all that XenForo refuses."""
