"""Folding, sifting and matching: figures beside their floors, on a text made of French-like words (seeded); finding
also on a text as dense in names as any (`benchmarks/french.py`).

    python -m benchmarks.bench_match [--people 10000] [--json]

Rates are MB of UTF-8 a second of CPU, medians of the rounds; memory is what `Watchers` adds, by tracemalloc.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import subprocess
import tempfile
import time
import tracemalloc
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks import french
from vigie.judge.fold import fold, folded
from vigie.match import match
from vigie.model import Item, Practitioner
from vigie.triage import triage
from vigie.watchers import Watchers

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".local/bench/bin/python"
SEED = 20261123
ITEMS, FEEDS, ROUNDS, TURNS, WORDS = 50, 60, 5, 3, 150
SMALL = [
    "le", "la", "les", "de", "des", "du", "un", "une", "et", "à", "en", "que", "qui", "dans", "pour", "sur",
    "pas", "plus", "par", "est", "sont", "avec", "ce", "il", "elle", "nous", "vous", "on", "mais",
]  # fmt: skip
SYLLABLES = [
    "ba", "bé", "bi", "bor", "cha", "cla", "co", "cra", "da", "dé", "dor", "du", "fa", "fer", "ga", "gau", "gré",
    "ja", "ju", "ker", "la", "lé", "li", "lo", "ma", "mé", "mi", "mon", "na", "né", "nou", "pa", "pé", "pla",
    "pré", "qui", "ra", "ré", "ri", "ro", "sa", "sé", "so", "ta", "té", "ti", "tou", "va", "vé", "vi", "vo",
]  # fmt: skip
ENDINGS = ("ec", "oux", "ard", "ier", "in", "eau", "ez", "aud", "ot", "el")
"""Of last names; a few of them also end words of the text, as they do in French."""
FIRSTS = [
    "Adrien",
    "Agnès",
    "Alain",
    "Anne",
    "Antoine",
    "Aurélie",
    "Benoît",
    "Camille",
    "Caroline",
    "Catherine",
    "Cédric",
    "Céline",
    "Christophe",
    "Claire",
    "David",
    "Élodie",
    "Émilie",
    "Éric",
    "Fabien",
    "Farid",
    "Florence",
    "Franck",
    "Françoise",
    "Frédéric",
    "Guillaume",
    "Hélène",
    "Hugo",
    "Isabelle",
    "Jean-Pierre",
    "Jérôme",
    "Julie",
    "Karim",
    "Laurent",
    "Léa",
    "Lucie",
    "Marc",
    "Marie",
    "Mathieu",
    "Mehdi",
    "Michel",
    "Nadia",
    "Nathalie",
    "Nicolas",
    "Olivier",
    "Pascal",
    "Philippe",
    "Sophie",
    "Stéphane",
    "Sylvie",
    "Thomas",
    "Valérie",
    "Vincent",
    "Yann",
    "Yasmine",
]
TRADES = ("dermatologue", "cardiologue", "chirurgien-dentiste", "médecin généraliste", "pédiatre", "ophtalmologue")
TOWNS = (("Lyon", "69006"), ("Nantes", "44000"), ("Dijon", "21000"), ("Toulouse", "31000"), ("Lille", "59000"))


def people(number: int, rng: random.Random) -> list[Practitioner]:
    found = []
    for at in range(number):
        city, postcode = rng.choice(TOWNS)
        last = "".join(rng.choices(SYLLABLES, k=rng.choice((1, 2, 2, 3)))).capitalize() + rng.choice(ENDINGS)
        last = f"{rng.choice(('Le', 'de', 'Saint'))} {last}" if rng.random() < 0.1 else last
        found.append(
            Practitioner(
                f"p{at}", "Dr", (rng.choice(FIRSTS),), (last,), rng.choice(TRADES), city, postcode,
                phone=f"+33{rng.randrange(10**8, 10**9)}", rpps=str(10_990_000_000 + at),
            )
        )  # fmt: skip
    return found


def feeds(watched: list[Practitioner], rng: random.Random) -> list[list[Item]]:
    """Feeds of 50 items of about 900 bytes, as on the web; one item in fifty names somebody."""
    words = ["".join(rng.choices(SYLLABLES, k=rng.choice((1, 2, 2, 3, 4)))) for _ in range(8_000)]
    words[:40] = [person.last_names[0].split()[-1].lower() for person in watched[:40]]
    return [[_item(watched, words, rng) for _ in range(ITEMS)] for _ in range(FEEDS)]


def _item(watched: list[Practitioner], words: list[str], rng: random.Random) -> Item:
    said = [rng.choice(SMALL) if rng.random() < 0.45 else rng.choice(words) for _ in range(WORDS)]
    if rng.random() < 0.02:
        person = rng.choice(watched)
        said[20:20] = ["Dr", person.first_names[0], person.last_names[0], f"({person.specialty},", f"{person.city})"]
    text = " ".join(said).replace(" il ", " l’").capitalize() + "."
    return Item(url=f"https://blog.example/{rng.randrange(10**6)}", title=" ".join(said[:6]), text=text)


def rate(work: Callable[[], object], size: int) -> float:
    """MB a second of CPU."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return round(size / 1e6 / statistics.median(seconds), 1)


def textbook(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


def _sifted(watchers: Watchers, feed: list[Item]) -> Iterable[tuple[Item, list[Practitioner]]]:
    return zip(feed, watchers.sift(feed), strict=True)


def _matched(watchers: Watchers, feed: list[Item]) -> int:
    return sum(match(person, item) is not None for item, found in _sifted(watchers, feed) for person in found)


def _found(watchers: Watchers, feed: list[bytes]) -> int:
    return sum(len(tuple(places)) for _, places in watchers.places(feed))


def _variants(person: Practitioner) -> Iterator[str]:
    """Eight ways of naming somebody, folded."""
    first, last = folded(person.first_names[0]), folded(person.last_names[0])
    yield from (f"{first} {last}", f"{last} {first}", f"dr {last}", f"docteur {last}", f"pr {last}")
    yield from (f"dr {first} {last}", f"docteur {first} {last}", f"{first[0]} {last}")


def found_beside(watched: list[Practitioner], watchers: Watchers, corpus: list[list[Item]]) -> dict[str, float]:
    """MB a second of finding in folded texts, and of pyahocorasick looking for eight variants of everybody in the very
    same: by turns, so that what else the machine does falls on both."""
    clean = [[fold(f"{item.title} {item.text} {item.url}") for item in feed] for feed in corpus]
    size = sum(len(text) for feed in clean for text in feed)
    ours, theirs = [], []
    for _ in range(TURNS):
        ours.append(rate(lambda: [_found(watchers, feed) for feed in clean], size))
        theirs.append(_peer(watched, clean))
    return {
        "find_folded_mb_s": statistics.median(ours),
        "peer_pyahocorasick_folded_mb_s": statistics.median(theirs),
        "find_ratio": round(statistics.median(our / their for our, their in zip(ours, theirs, strict=True)), 2),
    }


def _peer(watched: list[Practitioner], clean: list[list[bytes]]) -> float:
    """MB a second of pyahocorasick, a feed at a time as ours."""
    with tempfile.TemporaryDirectory() as folder:
        patterns, texts = Path(folder) / "patterns", Path(folder) / "texts"
        patterns.write_text("\n".join({variant for person in watched for variant in _variants(person)}), "ascii")
        texts.write_bytes(b"\n".join(b" | ".join(feed) for feed in clean))
        command = [str(PEERS), "-m", "benchmarks.automaton", str(patterns), str(texts)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return float(json.loads(done.stdout)["mb_s"])


def _dense(number: int) -> dict[str, float]:
    """The same on the other text; and what `Watchers` weigh once they have read all of it."""
    rng = random.Random(SEED)
    watched = french.people(number, rng)
    corpus = french.feeds(watched, rng, FEEDS, ITEMS)
    tracemalloc.start()
    watchers = Watchers(watched)
    for feed in corpus:
        watchers.sift(feed)
    gc.collect()
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    found = found_beside(watched, watchers, corpus)
    candidates = sum(len(who) for feed in corpus for who in watchers.sift(feed))
    return {
        **{f"dense_{name}": value for name, value in found.items()},
        "dense_candidates_an_item": round(candidates / (FEEDS * ITEMS), 1),
        "dense_warm_memory_mb": round(memory / 1e6, 1),
    }


def _decision_ms(pairs: list[tuple[Item, Practitioner]]) -> float:
    """Milliseconds of CPU of a full decision, triage included, on a candidate."""
    began = time.process_time()
    for item, person in pairs[:500]:
        decision = match(person, item)
        if decision is not None:
            triage(item, decision, person)
    return round((time.process_time() - began) * 1e3 / min(len(pairs), 500), 2)


def measure(number: int) -> dict[str, float]:
    rng = random.Random(SEED)
    watched = people(number, rng)
    corpus = feeds(watched, rng)
    texts = [f"{item.title}\n{item.text}" for feed in corpus for item in feed]
    pages = ["\n".join(texts[at : at + ITEMS]) for at in range(0, len(texts), ITEMS)]
    size = sum(len(text.encode()) for text in texts)
    began = time.process_time()
    Watchers(watched)
    build_s = time.process_time() - began
    gc.collect()
    tracemalloc.start()
    watchers = Watchers(watched)
    gc.collect()
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    split = [fold(page) for page in pages]
    pairs = [(item, person) for feed in corpus for item, found in _sifted(watchers, feed) for person in found]
    about = sum(1 for item, person in pairs if (decision := match(person, item)) and decision.about)
    return {
        "fold_mb_s": rate(lambda: [fold(page) for page in pages], size),
        "floor_lower_mb_s": rate(lambda: [page.lower() for page in pages], size),
        "peer_textbook_fold_mb_s": rate(lambda: [textbook(page) for page in pages[:10]], size * 10 // len(pages)),
        "floor_split_mb_s": rate(lambda: [page.split() for page in split], size),
        "sift_mb_s": rate(lambda: [watchers.sift(feed) for feed in corpus], size),
        **found_beside(watched, watchers, corpus),
        **_dense(number),
        "match_ms_a_candidate": _decision_ms(pairs),
        "sift_and_match_mb_s": rate(lambda: [_matched(watchers, feed) for feed in corpus], size),
        "people": number,
        "build_s": round(build_s, 2),
        "memory_mb": round(memory / 1e6, 1),
        "candidates": len(pairs),
        "about": about,
        "megabytes": round(size / 1e6, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.people)
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:36} {value:>10}")


if __name__ == "__main__":
    main()
