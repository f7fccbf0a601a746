"""A decision taken apart: what was decided of a text for a practitioner, and what each fact weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ops.evaluate import NOBODY
from vigie.judge.weights import weights
from vigie.match import Case, match
from vigie.model import Decision, Item, Practitioner, Verdict
from vigie.show.words import words
from vigie.triage import triage


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision, the triage that goes with it, and the facts about the place where they are best named."""

    decision: Decision | None
    verdict: Verdict
    naming: str
    facts: Mapping[str, float]

    def document(self) -> dict[str, object]:
        """Everything, as JSON has it; facts by what they weigh, the heaviest first."""
        decision = self.decision or NOBODY
        said = words("en")
        return {
            "about": decision.about,
            "confidence": decision.confidence.value,
            "score": decision.score,
            "named": self.naming or None,
            "because": [_said(said(f"reason.{reason.code}"), reason.words) for reason in decision.reasons],
            "category": self.verdict.category.value,
            "polarity": self.verdict.polarity.value,
            "severity": self.verdict.severity.value,
            "severity_because": [_said(said(f"why.{reason.code}"), reason.words) for reason in self.verdict.reasons],
            "facts": [
                {"fact": fact, "weight": round(weight, 2)}
                for fact, weight in sorted(self.facts.items(), key=lambda pair: -abs(pair[1]))
                if abs(weight) >= 0.01
            ],
        }


def _said(reason: str, words: str) -> str:
    return f"{reason}: {words}" if words else reason


def explained(practitioner: Practitioner, item: Item, *, host: str = "") -> Explained:
    """What `match` and `triage` make of `item` from a source at `host`, and why.

    The facts are those of the place where they are best named. When the score is not their sum, because a telephone,
    a site, a listing or what the item answers to decided, the difference stands as one more: `told otherwise`.
    """
    case = Case(practitioner, item)
    best = next(iter(case.judged(weights("match"))), None)
    decision = match(practitioner, item, host=host)
    naming = case.reading.original(best.naming.first, best.naming.after) if best else ""
    author = case.signature(weights("match"))
    facts = dict(author if best is None or sum(author.values(), -99.0 * (not author)) > best.score else best.facts)
    if decision and abs(rest := decision.score - sum(facts.values())) >= 0.01:
        facts["told otherwise"] = rest
    return Explained(decision, triage(item, decision or NOBODY, practitioner), naming, facts)
