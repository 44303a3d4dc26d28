// A tab of Open WebUI loses its wire in the middle of an answer and of a conversation, and comes back.
import assert from "node:assert/strict";
import { io } from "socket.io-client";

const [base] = process.argv.slice(2);
const expected = process.env.EXPECT === "recovered";
const { origin, pathname } = new URL(base);
const socket = io(origin, {
  path: `${pathname}ws/socket.io`,
  query: { user: "ann" },
  auth: { token: "x", recover: true },
  reconnectionDelay: 300,
  reconnectionDelayMax: 300,
});
const heard = [];
const waiting = new Set();
for (const name of ["events", "events:channel"]) {
  socket.on(name, (told) => {
    heard.push(told);
    waiting.forEach((look) => look());
  });
}
const until = (accept) =>
  new Promise((resolve) => {
    const look = () => {
      const found = heard.find(accept);
      if (found) {
        waiting.delete(look);
        resolve(found);
      }
    };
    waiting.add(look);
    look();
  });
const connected = () => new Promise((resolve) => socket.once("connect", resolve));

async function call(method, path, body) {
  const answer = await fetch(`${base}${path}`, {
    method,
    headers: { "X-User": "ann", "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

await connected();
const { sid } = { sid: socket.id };
await socket.timeout(5000).emitWithAck("user-join", { auth: { token: "x" } });
const { id } = await call("POST", "api/v1/channels/create", { name: "talk" });
const post = (content) => call("POST", `api/v1/channels/${id}/messages/post`, { content });
const ask = (model, message) =>
  call("POST", "api/chat/completions", {
    model,
    messages: [{ role: "user", content: "hi" }],
    session_id: socket.id,
    chat_id: "c1",
    id: message,
  });

await post("before");
await until((told) => told.data.data?.content === "before");
const back = connected();
socket.io.engine.close();
await post("while it was away");
await ask("cites", "m1");
await back;
assert.equal(socket.recovered, expected);
await post("after");
await until((told) => told.data.data?.content === "after");
await until((told) => told.message_id === "m1" && told.data.data?.done);

const said = heard.filter((told) => told.data.type === "message").map((told) => told.data.data.content);
const text = heard
  .filter((told) => told.message_id === "m1")
  .flatMap((told) => told.data.data?.choices ?? [])
  .map((choice) => choice.delta.content ?? "")
  .join("");
if (expected) {
  assert.equal(socket.id, sid);
  assert.deepEqual(said, ["before", "while it was away", "after"]);
  assert.equal(text, "abcde");
} else {
  const page = await call("GET", `api/v1/channels/${id}/messages`);
  assert.deepEqual(page.map((message) => message.content), ["after", "while it was away", "before"]);
  assert.equal(heard.find((told) => told.message_id === "m1" && told.data.data?.done).data.data.content, "abcde");
}
socket.close();
console.log("done");
