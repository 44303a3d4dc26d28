from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import Connection, Table, select

from jupyter_agentchat.protocol.events import Read
from jupyter_agentchat.store.late import BLOCK_ROWS
from jupyter_agentchat.store.rows import ConnectionRow, Sent, Stamps
from jupyter_agentchat.store.sql import schema
from jupyter_agentchat.store.sql.side import SideRows, insert_rows
from tests.conformance.store.making import stream_row

CONNECTION = ConnectionRow(
    connection="c", transport="ws", user="ann", opened=1, clock_id="k", opened_us=5
)


def count(connection: Connection, table: Table) -> int:
    return len(connection.execute(select(table)).all())


def test_no_rows_are_no_statement(connection: Connection) -> None:
    insert_rows(connection, schema.meta, [])
    SideRows().write(connection, 0)


def test_later_rows_replace_earlier_ones(connection: Connection) -> None:
    for closed in (None, 9):
        side = SideRows()
        side.add(replace(CONNECTION, closed=closed))
        side.add(stream_row("s"))
        side.add(stream_row("s", started_us=closed or 1))
        side.write(connection, 0)
    (row,) = connection.execute(select(schema.connections.c.data)).scalars()
    assert b'"closed":9' in bytes(row)
    (started,) = connection.execute(select(schema.streams.c.started_us)).scalars()
    assert started == 9


def test_stamps_add_up(connection: Connection) -> None:
    for _ in range(2):
        side = SideRows()
        side.add(Stamps(channel="lab", stream="s", connection="c", clock_id="k", index=(1,)))
        side.write(connection, 0)
    assert count(connection, schema.stamps) == 2


def test_many_stamps_are_several_rows(connection: Connection) -> None:
    side = SideRows()
    told = Stamps(
        channel="lab", stream="s", connection="c", clock_id="k", index=range(BLOCK_ROWS // 2)
    )
    for connection_ in ("c", "d", "e"):
        side.add(replace(told, connection=connection_))
    written = side.write(connection, 0)
    assert [row["count"] for row in written] == [BLOCK_ROWS, BLOCK_ROWS // 2]
    assert count(connection, schema.stamps) == 2


def test_the_first_send_stays_within_and_across_transactions(connection: Connection) -> None:
    for message in ("m1", "m2"):
        side = SideRows()
        for again in ("", "again"):
            side.send("lab", Sent("ann", "k", "hash", message + again, (), 2))
        side.write(connection, 0)
    (row,) = connection.execute(select(schema.sends.c.data)).scalars()
    assert b'"message":"m1"' in bytes(row)


def test_the_furthest_read_stays(connection: Connection) -> None:
    for seqs in ((5, 3), (4,), (6,)):
        side = SideRows()
        for upto in seqs:
            side.read("lab", Read(seq=1, t=1, user="ann", upto=upto))
        side.write(connection, 0)
        (found,) = connection.execute(select(schema.reads.c.upto)).scalars()
        assert found == max(5, *seqs)
