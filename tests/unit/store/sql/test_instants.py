from __future__ import annotations

from jupyter_agentchat.store.sql.instants import Instant, Instants, each, find


def known() -> Instants:
    instants = Instants()
    instants.add("a", Instant(1, 4, 10))
    instants.add("a", Instant(6, 6, 20))
    instants.add("b", Instant(2, 3, 30))
    return instants


def test_a_chunk_is_found_by_the_commit_it_was_in() -> None:
    view = known().view()
    found = [find(view, "a", seq) for seq in range(8)]
    assert found == [None, 10, 10, 10, 10, None, 20, None]
    assert (find(view, "b", 3), find(view, "c", 3)) == (30, None)


def test_a_view_is_of_one_moment() -> None:
    instants = known()
    view = instants.view()
    instants.add("a", Instant(7, 8, 40))
    instants.forget("b", 99)
    assert (find(view, "a", 7), find(view, "b", 2)) == (None, 30)
    assert (find(instants.view(), "a", 7), find(instants.view(), "b", 2)) == (40, None)


def test_what_the_database_knows_is_forgotten() -> None:
    instants = known()
    assert len(instants) == 3
    instants.forget("a", 5)
    assert sorted(each(instants.view())) == [("a", Instant(6, 6, 20)), ("b", Instant(2, 3, 30))]
    instants.forget("a", 6)
    instants.forget("nowhere", 6)
    assert len(instants) == 1
    assert list(each(instants.view())) == [("b", Instant(2, 3, 30))]
