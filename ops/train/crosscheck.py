"""How well the learned part of triage does on sets and profiles it did not see: `make train ARGS=--check`."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence

from ops.train.tone import Example, learn
from vigie.judge.learned import Model
from vigie.model import Category, Polarity, Severity
from vigie.triage import MEANINGS, meant

FOLDS = 8
_FACTS = frozenset({"f", "g", "t", "p", "l"})
_WORDS = frozenset({"w", "s", "sign"})


def check(known: Sequence[Example]) -> None:
    """Print the figures, one line a way of splitting and a family of tokens."""
    _report("a set left out", known, lambda each: each.labelled.set_name)
    _report(
        "by profile",
        known,
        lambda each: _fold(f"{each.labelled.set_name} {each.labelled.practitioner.practitioner_id}"),
    )
    _report("a set left out, facts alone", known, lambda each: each.labelled.set_name, _WORDS)
    _report("a set left out, words alone", known, lambda each: each.labelled.set_name, _FACTS)


def _fold(profile: str) -> str:
    return str(zlib.crc32(profile.encode()) % FOLDS)


def _report(
    what: str, known: Sequence[Example], fold: Callable[[Example], str], without: frozenset[str] = frozenset()
) -> None:
    answered: list[tuple[Example, str]] = []
    for left_out in sorted({fold(each) for each in known}):
        seen = [each for each in known if fold(each) != left_out]
        unseen = [each for each in known if fold(each) == left_out]
        learned = learn([_only(each.tone, without) for each in seen], [each.meaning for each in seen])
        tone = Model(tuple(learned.classes), {token: tuple(line) for token, line in learned.weights.items()})
        part = [
            (each, meant(tone.chances(_only(each.tone, without)), Category(each.labelled.category))) for each in unseen
        ]
        if fold(known[0]) == known[0].labelled.set_name:
            print(f"  {left_out:12s} {_figures(part)}")
        answered += part
    print(f"{what:28s} {_figures(answered)}", flush=True)


def _only(tokens: Iterable[str], without: frozenset[str]) -> set[str]:
    return {token for token in tokens if token.partition(" ")[0] not in without}


def _figures(answered: Sequence[tuple[Example, str]]) -> str:
    polarity = [(each.labelled.polarity, MEANINGS[said][0].value) for each, said in answered]
    severity = [(each.labelled.severity, MEANINGS[said][1].value) for each, said in answered]
    right = sum(pair == ("urgent", "urgent") for pair in severity)
    recall = right / max(1, sum(gold == "urgent" for gold, _ in severity))
    precision = right / max(1, sum(said == "urgent" for _, said in severity))
    f1 = f"polarity {macro_f1(polarity, Polarity):.3f}  severity {macro_f1(severity, Severity):.3f}"
    return f"{len(answered):5d} items  {f1}  urgent recall {recall:.3f} precision {precision:.3f}"


def macro_f1(pairs: Sequence[tuple[str, str]], classes: Iterable[str]) -> float:
    """Mean F1 of the classes that occur, of pairs (right, said), as score.py counts it."""
    scores = []
    for each in classes:
        right = sum(pair == (each, each) for pair in pairs)
        wrong = sum((gold == each) != (said == each) for gold, said in pairs)
        if right + wrong:
            scores.append(2 * right / (2 * right + wrong))
    return sum(scores) / len(scores) if scores else 0.0
