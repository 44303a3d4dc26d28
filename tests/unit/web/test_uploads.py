from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_agentchat.errors import InvalidInputError, NotFoundError, TooLargeError
from jupyter_agentchat.web import uploads
from jupyter_agentchat.web.uploads import Uploads


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    files = Uploads(tmp_path)
    kept = files.save("room", "notes.txt", "text/plain; charset=utf-8", b"x")
    assert kept.name.endswith(".txt")
    assert files.read("room", kept.name) == (b"x", "text/plain")
    with pytest.raises(NotFoundError):
        files.read("other", kept.name)


@pytest.mark.parametrize("name", ["", "..", "a/b", "a\\b", "a\0b", "../x", "/etc/passwd"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInputError, match="Invalid filename"):
        Uploads(tmp_path).save("room", name, "text/plain", b"x")


@pytest.mark.parametrize("channel", ["../..", "/", "a/../../b", "room\0", "ü"])
def test_no_channel_leads_elsewhere(tmp_path: Path, channel: str) -> None:
    root = tmp_path / "uploads"
    Uploads(root).save(channel, "a.txt", "text/plain", b"x")
    assert [each.parent.parent for each in tmp_path.rglob("*.txt")] == [root]


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "", "x"])
def test_what_a_browser_could_run_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(InvalidInputError, match="Invalid file type"):
        Uploads(tmp_path).save("room", "a", kind, b"x")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    files = Uploads(tmp_path)
    kept = files.save("room", "a.txt", "text/plain", b"x")
    (place,) = (each.parent for each in tmp_path.rglob(kept.name))
    name = "0" * 32 + ".txt"
    (place / name).symlink_to(place / kept.name)
    for wrong in (name, "../" + kept.name, "nothing.txt"):
        with pytest.raises(NotFoundError):
            files.read("room", wrong)


def test_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 3)
    with pytest.raises(TooLargeError):
        Uploads(tmp_path).save("room", "a.txt", "text/plain", b"xxxx")
