from __future__ import annotations

from jupyter_agentchat.protocol.close_codes import COME_BACK, STAY_AWAY, CloseCode


def test_the_number_says_whether_to_come_back() -> None:
    for code in CloseCode:
        assert (code in COME_BACK) is not (code in STAY_AWAY)
        assert 0 < len(code.reason.encode()) <= 123  # RFC 6455 §5.5: a control frame's payload
    assert CloseCode.STOPPING in COME_BACK
    assert CloseCode.UNSUPPORTED_PROTOCOL in STAY_AWAY
    assert int(CloseCode.STOPPING) == 4001
