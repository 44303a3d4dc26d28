// Our own manager with the published socket.io-client: 200 messages over lost wires, once each.
import assert from "node:assert/strict";
import { io } from "socket.io-client";

const [bundle, base, token, mode, transport] = process.argv.slice(2);
const { SocketIOManager } = await import(bundle);
const url = new URL("agentchat/eliza", base).href;
const socket = { reconnectionDelay: 10, transports: transport.split(","), reconnection: true };

const once = (manager, name) => new Promise((resolve) => manager.once(name, resolve));
const manager = (entityId) => SocketIOManager.getInstance({ io, url, token, entityId, socket });

const reader = manager("reader");
assert.equal(manager("reader"), reader);
const heard = [];
for (const name of ["messageBroadcast", "messageStreamChunk", "messageComplete", "missed"]) {
  reader.on(name, (payload) => heard.push([name, payload]));
}
const of = (name) => heard.filter(([each]) => each === name).map(([, payload]) => payload);
await reader.connect();
const rooms = ["one", "two"].map((name) => `${name}-${Date.now()}`);
const writer = manager("writer");
await writer.connect();
for (const room of rooms) {
  assert.equal((await reader.joinChannel(room)).entityId, "reader");
}

/** Break the wire; unless it is recovered the server takes us for somebody new. */
function lose() {
  const back = once(reader, "connect");
  if (mode !== "recovered") {
    reader.socket._pid = undefined;
    reader.socket._lastOffset = undefined;
  }
  if (mode === "history") {
    for (const room of rooms) reader.inbox.byName.get(room).epoch = "forgotten";
  }
  reader.socket.io.engine.close();
  return back;
}

const said = [];
async function tell(number) {
  const room = rooms[number % 2];
  await writer.sendMessage(String(number), room);
  said.push([room, String(number)]);
}

for (let number = 0; number < 200; number += 1) {
  await tell(number);
  if (number === 60 || number === 130) {
    const back = lose();
    for (let missed = 0; missed < 20; missed += 1) await tell((number += 1));
    assert.equal((await back).recovered, mode === "recovered");
  }
}
const got = () => of("messageBroadcast").filter((each) => each.senderId === "writer");
while (got().length < said.length) await new Promise((again) => setTimeout(again, 20));
await new Promise((again) => setTimeout(again, 100));
for (const room of rooms) {
  const texts = got().filter((each) => each.channelId === room).map((each) => each.text);
  assert.deepEqual(texts, said.filter(([each]) => each === room).map(([, text]) => text));
}
assert.deepEqual(of("missed"), []);
const ids = of("messageBroadcast").map((each) => each.id);
assert.equal(new Set(ids).size, ids.length);

await assert.rejects(reader.sendMessage("mine", rooms[0], { metadata: [] }), { code: "invalid" });
assert.equal((await reader.subscribeLogs({ level: "debug" })).subscribed, true);
assert.equal((await reader.unsubscribeLogs()).subscribed, false);
reader.leaveChannel(rooms[0]);
const before = got().length;
await writer.sendMessage("unheard", rooms[0]);
await writer.sendMessage("heard", rooms[1]);
while (got().length === before) await new Promise((again) => setTimeout(again, 20));
assert.equal(got().at(-1).text, "heard");
console.log(`ok ${said.length}`);
reader.disconnect();
writer.disconnect();
