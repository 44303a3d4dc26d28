// The client manager that ElizaOS publishes, bundled from its source by the test.
import assert from "node:assert/strict";
import { SocketIOManager } from "./manager.bundle.mjs";

const manager = SocketIOManager.getInstance();
const room = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const user = "6fa459ea-ee8a-3ca4-894e-db77e160355e";
const seen = [];
for (const name of ["messageBroadcast", "messageStreamChunk", "messageComplete", "controlMessage"]) {
  const event = manager[`evt${name[0].toUpperCase()}${name.slice(1)}`];
  event.attach((data) => seen.push([name, data]));
}
manager.initialize(user, process.env.TOKEN);
await manager.joinChannel(room);
const finished = new Promise((resolve) => {
  manager.evtControlMessage.attach((data) => data.action === "enable_input" && resolve());
});
await manager.sendMessage("I am unhappy", room, "00000000-0000-0000-0000-000000000000", "client", [], "m-1");
await finished;
const of = (name) => seen.filter(([each]) => each === name).map(([, data]) => data);
const [own, answer] = of("messageBroadcast");
assert.equal(own.clientMessageId, "m-1");
assert.equal(own.senderId, user);
assert.equal(of("messageStreamChunk").map((each) => each.chunk).join(""), answer.text);
assert.equal(of("messageStreamChunk")[0].messageId, answer.id);
assert.equal(of("messageComplete").length, 1);
assert.equal(localStorage.getItem("elizaos-client-user-id"), user);
console.log(`ok ${answer.text}`);
process.exit(0);
