"""Which items of a read were there before, whatever the source renamed in between."""

from __future__ import annotations

from copy import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.model import Item
from vigie.ring import FACES, KEEP, Ring

HOST = "blog.example"


def item(n: int, **facts: object) -> Item:
    plain = Item(f"https://blog.example/{n}", f"Billet {n}", f"Le texte du billet numéro {n}.", native_id=f"guid-{n}")
    return replace(plain, **facts)  # type: ignore[arg-type]


ITEMS = [item(n) for n in range(8)]
BARE = [replace(i, native_id=None) for i in ITEMS]


class Reads:
    """A source read again and again."""

    def __init__(self, *items: Item) -> None:
        self.ring = Ring()
        self.read(*items)

    def read(self, *items: Item):
        sightings, ring = self.ring.resolve(items, HOST)
        self.ring = Ring(ring.to_bytes())
        return sightings

    def new(self, *items: Item) -> list[Item]:
        return [s.item for s in self.read(*items) if not s.known]


def identities(sightings) -> list[bytes]:
    return [s.identity for s in sightings]


@pytest.mark.parametrize(
    "items", [ITEMS, BARE, [replace(i, url="") for i in ITEMS], [Item("", "T", str(n)) for n in range(5)]]
)
def test_the_same_read_again_is_nothing_new(items: list[Item]) -> None:
    reads = Reads(*items)
    again = reads.read(*items)
    assert [(True, False)] * len(items) == [(s.known, s.changed) for s in again]


def test_everything_is_new_at_first() -> None:
    sightings, _ = Ring().resolve(ITEMS, HOST)
    assert [(False, True)] * 8 == [(s.known, s.changed) for s in sightings]
    assert 8 == len(set(identities(sightings)))


def test_resolving_leaves_the_ring_as_it_is() -> None:
    ring = Ring()
    ring.resolve(ITEMS, HOST)
    assert (0, b"") == (len(ring), ring.to_bytes())


@pytest.mark.parametrize(
    "renamed",
    [
        {"native_id": "session-123"},
        {"url": "https://blog.example/3?s=1"},
        {"title": "Billet 3 (mise à jour)"},
        {"text": "Tout autre texte."},
        {"url": "http://www.blog.example/3/?utm_source=rss"},
        {"native_id": None},
    ],
)
def test_an_item_that_changed_one_fact_is_the_same(renamed: dict[str, str]) -> None:
    reads = Reads(*ITEMS)
    before = identities(reads.read(*ITEMS))
    after = reads.read(*ITEMS[:3], item(3, **renamed), *ITEMS[4:])
    assert before == identities(after)
    assert all(s.known for s in after)


def test_an_edited_item_is_looked_at_again() -> None:
    reads = Reads(*ITEMS)
    changed = [s.item.title for s in reads.read(item(0, text="Ajout : le Dr Morvantel."), *ITEMS[1:]) if s.changed]
    assert ["Billet 0"] == changed


def test_guids_given_anew_at_every_read_make_nothing_new() -> None:
    reads = Reads(*ITEMS)
    for turn in range(3):
        assert [] == reads.new(*(item(n, native_id=f"{turn}-{n}") for n in range(8)))


def test_session_identifiers_in_links_make_nothing_new() -> None:
    def links(session: str) -> list[Item]:
        return [replace(i, url=f"{i.url}?sid={session * 8}") for i in BARE[:2]]

    reads = Reads(*links("a1b2"))
    assert [] == reads.new(*links("c3d4"))


def test_guids_that_count_from_the_newest_hide_nothing() -> None:
    """`<guid>1</guid>` is always the newest entry of some feeds: every guid is another entry's at the next read."""
    reads = Reads(*(item(n, native_id=str(3 - n)) for n in range(3)))
    shifted = [item(n, native_id=str(4 - n)) for n in range(4)]
    assert ["Billet 3"] == [i.title for i in reads.new(*shifted)]


def test_a_guid_used_again_for_another_entry_names_another_mention() -> None:
    reads = Reads(*ITEMS)
    before = identities(reads.read(*ITEMS))
    newcomer = item(99, native_id="guid-0")
    seen = reads.read(newcomer, *ITEMS[1:])
    assert [newcomer] == [s.item for s in seen if not s.known]
    assert seen[0].identity not in before


def test_comments_that_share_the_link_of_their_article_are_several() -> None:
    shared = [Item("https://blog.example/billet", f"Commentaire {n}", f"Avis numéro {n}") for n in range(4)]
    reads = Reads(shared[0])
    first = identities(reads.read(shared[0]))
    assert [shared[1]] == reads.new(*shared[:2])
    assert [shared[2], shared[3]] == reads.new(*shared)
    again = reads.read(*shared)
    assert first == identities(again)[:1]
    assert 4 == len(set(identities(again)))


def test_items_that_share_a_guid_are_told_apart_by_their_links() -> None:
    reads = Reads(*(item(n, native_id="0") for n in range(3)))
    assert ["Billet 3"] == [i.title for i in reads.new(*(item(n, native_id="0") for n in range(4)))]


def test_the_same_entry_twice_in_one_read_is_one() -> None:
    sightings, _ = Ring().resolve([ITEMS[0], ITEMS[0], replace(ITEMS[0], author="x")], HOST)
    assert 1 == len(sightings)


def test_one_article_under_ten_tracking_links_is_one() -> None:
    same = [Item(f"https://blog.example/a?utm_source=s{n}", "Titre", "Texte") for n in range(10)]
    assert 1 == len(Ring().resolve(same, HOST)[0])


def test_a_site_that_moves_makes_nothing_new() -> None:
    """New domain and new guids at once: the texts are the old ones."""
    reads = Reads(*ITEMS)
    before = identities(reads.read(*ITEMS))
    moved = [item(n, url=f"https://autre.example/b/{n}", native_id=f"https://autre.example/?p={n}") for n in range(8)]
    after = reads.read(*moved, item(50, url="https://autre.example/b/50", native_id="50"))
    assert before == identities(after)[:8]
    assert ["Billet 50"] == [s.item.title for s in after if not s.known]


def test_two_items_of_one_text_are_two_even_when_a_site_moves() -> None:
    def thanks(host: str, numbers: range) -> list[Item]:
        return [Item(f"https://{host}/{n}", "", "Merci !", native_id=f"{host}{n}") for n in numbers]

    reads = Reads(*ITEMS, *thanks("a.example", range(1)))
    moved = [item(n, url=f"https://autre.example/{n}", native_id=f"x{n}") for n in range(8)]
    after = reads.read(*moved, *thanks("autre.example", range(2)))
    assert 10 == len(set(identities(after)))


def test_a_mention_is_the_same_from_two_sources() -> None:
    """A guid that is a URL, and a link, name an item for everybody; other guids only within their site."""
    named = item(1, native_id="https://blog.example/?p=1")
    assert identities(Ring().resolve([named], "a.example")[0]) == identities(Ring().resolve([named], "b.example")[0])
    assert identities(Ring().resolve(BARE[:1], "a.example")[0]) == identities(Ring().resolve(BARE[:1], "b.example")[0])
    assert identities(Ring().resolve(ITEMS[:1], "a.example")[0]) != identities(
        Ring().resolve(ITEMS[:1], "b.example")[0]
    )


def test_an_old_item_that_comes_back_is_known() -> None:
    reads = Reads(*ITEMS)
    reads.read(*ITEMS[4:])
    assert [] == reads.new(*ITEMS)


def test_an_empty_read_forgets_nothing() -> None:
    reads = Reads(*ITEMS)
    assert [] == reads.read()
    assert [] == reads.new(*ITEMS)


def test_a_gap_is_a_read_that_shares_nothing_with_the_one_before() -> None:
    reads = Reads(*ITEMS[:3])
    overlapping, _ = reads.ring.resolve(ITEMS[2:5], HOST)
    apart, _ = reads.ring.resolve(ITEMS[5:], HOST)
    assert (True, False, True) == (
        reads.ring.overlaps(overlapping),
        reads.ring.overlaps(apart),
        reads.ring.overlaps([]),
    )
    assert Ring().overlaps(Ring().resolve(ITEMS, HOST)[0])


def test_the_ring_is_bounded_and_keeps_the_newest() -> None:
    reads = Reads()
    for start in range(0, 3_000, 100):
        reads.read(*(item(n) for n in range(start, start + 100)))
    assert KEEP == len(reads.ring)
    assert KEEP * 42 == len(reads.ring.to_bytes())
    assert [] == reads.new(*(item(n) for n in range(2_900, 3_000)))


def test_a_read_larger_than_the_ring_is_remembered_whole() -> None:
    many = [item(n) for n in range(2_000)]
    reads = Reads(*many)
    assert 2_000 == len(reads.ring)
    assert [] == reads.new(*many)


def test_a_source_that_flips_between_two_faces_is_known_under_both() -> None:
    other = [item(n, url=f"https://m.blog.example/{n}", text=f"Version courte {n}") for n in range(8)]
    reads = Reads(*ITEMS)
    reads.read(*other)
    for _ in range(3):
        assert [] == reads.new(*ITEMS)
        assert [] == reads.new(*other)
    assert FACES * 8 * 2 >= len(reads.ring)


@pytest.mark.parametrize("data", [b"", b"x", b"x" * 41, b"x" * 43, bytes(42 * 3)])
def test_bytes_that_are_no_ring_do_no_harm(data: bytes) -> None:
    """A ring of an older form costs a baseline at worst, never a crash."""
    sightings, _ = Ring(data).resolve(ITEMS, HOST)
    assert 8 == len(sightings)
    assert 8 == len(set(identities(sightings)))


_FACT = st.sampled_from(["", "a", "b", "https://blog.example/1", "https://blog.example/2#c", "\ud800", "é"])
_ITEM = st.builds(Item, url=_FACT, title=_FACT, text=_FACT, native_id=st.none() | _FACT)


@given(st.lists(_ITEM, max_size=12))
def test_any_read_again_is_nothing_new(items: list[Item]) -> None:
    reads = Reads(*items)
    assert not any(s.changed for s in reads.read(*items))


@given(st.lists(_ITEM, max_size=10), st.sampled_from(["a", "https://blog.example/1"]))
def test_an_entry_never_seen_is_new_and_takes_nobodys_identity(items: list[Item], reused: str) -> None:
    """Even when it bears the guid of an entry that was there."""
    reads = Reads(*items)
    newcomer = Item("https://blog.example/never", "Jamais vu", "Un texte à nul autre pareil.", native_id=reused)
    first, *others = reads.read(newcomer, *items)
    assert (newcomer, False) == (first.item, first.known)
    assert first.identity not in identities(others)
