from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.socketio import Frame
from jupyter_agentchat.web.engineio.framing import framed, packed, unframed

frames = st.lists(
    st.builds(Frame, st.binary(max_size=300) | st.just(bytes(70_000)), st.booleans())
).map(tuple)


@given(frames)
def test_what_is_framed_is_parted_again(given: tuple[Frame, ...]) -> None:
    assert unframed(framed(given)) == given


def test_frames_are_those_of_a_server() -> None:
    assert framed((Frame(b"2"),)) == b"\x81\x012"
    assert framed((Frame(b"\x00", binary=True),)) == b"\x82\x01\x00"
    assert framed((Frame(bytes(126)),))[:4] == b"\x81\x7e\x00\x7e"
    assert framed((Frame(bytes(65_536), binary=True),))[:3] == b"\x82\x7f\x00"


def test_an_event_is_packed_with_its_offset() -> None:
    assert unframed(packed("/", "a", {"x": 1}, offset="r0.7")) == (
        Frame(b'42["a",{"x":1},"r0.7"]'),
    )
    assert unframed(packed("/n", "a", b"\x01")) == (
        Frame(b'451-/n,["a",{"_placeholder":true,"num":0}]'),
        Frame(b"\x01", binary=True),
    )
