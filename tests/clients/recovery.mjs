// 200 messages over two lost wires, each once and in order.
import assert from "node:assert/strict";
import { io } from "socket.io-client";

const [base, token, transports] = process.argv.slice(2);
const { origin, pathname } = new URL("agentchat/eliza/", base);
const rooms = ["one", "two", "three"].map((name) => `${name}-${Date.now()}`);
const wanted = transports.split(",");

function connect() {
  const path = `${pathname}socket.io/`;
  return io(origin, { path, auth: { token }, transports: wanted, forceNew: true, reconnectionDelay: 10 });
}

const once = (socket, name) => new Promise((resolve) => socket.once(name, resolve));
const tell = (socket, room, text) =>
  socket.emitWithAck("2", { channelId: room, senderId: "user-1", message: text })
    .then((ack) => assert.equal(ack.error, undefined));

for (const id of rooms) {                                          // without agents: only we speak
  const headers = { Authorization: `token ${token}`, "Content-Type": "application/json" };
  const body = JSON.stringify({ id, agents: [] });
  const made = await fetch(`${base}agentchat/api/channels`, { method: "POST", headers, body });
  assert.equal(made.status, 201);
}

const reader = connect();
const got = [];
const recovered = [];
reader.on("connect", () => recovered.push(reader.recovered));
reader.on("messageBroadcast", (data) => {
  if (data.senderId === "user-1") got.push([data.roomId, data.text]);
});
await once(reader, "connection_established");
for (const room of rooms) await reader.emitWithAck("1", { channelId: room, entityId: "reader" });

const writer = connect();
await once(writer, "connection_established");
const said = [];
for (let number = 0; number < 200; number += 1) {
  const room = rooms[(number * 7) % 3];
  await tell(writer, room, String(number));
  said.push([room, String(number)]);
  if (number === 60 || number === 130) {
    const back = once(reader, "connect");
    reader.io.engine.close();
    for (let missed = 0; missed < 10; missed += 1) {
      number += 1;
      const other = rooms[number % 3];
      await tell(writer, other, String(number));
      said.push([other, String(number)]);
    }
    await back;
  }
}
while (got.length < said.length) await new Promise((again) => setTimeout(again, 20));
await new Promise((again) => setTimeout(again, 100));
for (const room of rooms) {
  const of = (list) => list.filter(([name]) => name === room);
  assert.deepEqual(of(got), of(said));
}
assert.deepEqual(recovered, [false, true, true]);
assert.equal(reader.io.engine.transport.name, wanted.includes("websocket") ? "websocket" : "polling");
console.log(`ok ${got.length}`);
reader.disconnect();
writer.disconnect();
