from __future__ import annotations

from jupyter_agentchat.protocol.frames import ErrorFrame
from jupyter_agentchat.protocol.model import ErrorInfo


def test_an_error_frame_repeats_the_ref_and_says_whether_to_retry() -> None:
    frame = ErrorFrame.of(ErrorInfo(code="c", message="m", retry=True), ref=4)
    assert (frame.code, frame.message, frame.retry, frame.ref) == ("c", "m", True, 4)
