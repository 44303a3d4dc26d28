// Open WebUI's two halves with the published client: channels between two users, a chat, Stop.
import assert from "node:assert/strict";
import { io } from "socket.io-client";

const [base] = process.argv.slice(2);
const { origin, pathname } = new URL(base);
const transports = process.env.TRANSPORT ? [process.env.TRANSPORT] : undefined;

function tab(user) {
  const socket = io(origin, { path: `${pathname}ws/socket.io`, query: { user }, auth: { token: "x" }, transports });
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
  return { socket, heard, until, ask: (name, data) => socket.timeout(5000).emitWithAck(name, data) };
}

async function call(user, method, path, body) {
  const answer = await fetch(`${base}${path}`, {
    method,
    headers: { "X-User": user, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

const ann = tab("ann");
const ben = tab("ben");
assert.equal((await ann.ask("user-join", { auth: { token: "x" } })).id, "ann");
assert.equal((await ben.ask("user-join", { auth: { token: "x" } })).id, "ben");

const group = await call("ann", "POST", "api/v1/channels/create", { name: "g", type: "group", user_ids: ["ben"] });
await ben.until((told) => told.data.type === "channel:created");
const path = `api/v1/channels/${group.id}`;
const said = await call("ann", "POST", `${path}/messages/post`, { content: "hi", temp_id: "t1" });
const message = await ben.until((told) => told.data.type === "message");
assert.equal(message.data.data.id, said.id);
assert.equal(message.data.data.temp_id, "t1");
ben.socket.emit("events:channel", { channel_id: group.id, message_id: null, data: { type: "typing", data: { typing: true } } });
assert.equal((await ann.until((told) => told.data.type === "typing")).user.id, "ben");
assert.equal((await call("ben", "GET", path)).unread_count, 1);
await ben.ask("events:channel", { channel_id: group.id, message_id: null, data: { type: "last_read_at" } });
assert.equal((await call("ben", "GET", path)).unread_count, 0);
await call("ann", "POST", `${path}/messages/post`, { content: "<@M:hello>", parent_id: said.id });
const root = await ben.until((told) => told.data.type === "message:reply" && told.data.data.reply_count === 2);
assert.equal(root.message_id, said.id);

const chat = { model: "cites", messages: [{ role: "user", content: "hi" }], session_id: ann.socket.id, chat_id: "c1", id: "m1" };
const { task_id } = await call("ann", "POST", "api/chat/completions", chat);
assert.ok(task_id);
const done = await ann.until((told) => told.data.data?.done);
assert.equal(done.data.data.content, "abcde");
const deltas = ann.heard.filter((told) => told.message_id === "m1").flatMap((told) => told.data.data?.choices ?? []);
assert.equal(deltas.map((choice) => choice.delta.content ?? "").join(""), "abcde");

const endless = await call("ann", "POST", "api/chat/completions", { ...chat, model: "endless", id: "m2" });
await ann.until((told) => told.message_id === "m2" && told.data.data?.choices);
await call("ann", "POST", `api/tasks/stop/${endless.task_id}`);
await ann.until((told) => told.message_id === "m2" && told.data.type === "chat:tasks:cancel");
assert.ok(!ben.heard.some((told) => told.chat_id));

// A direct connection: the tab asks a model itself and brings its answer, line by line.
ann.socket.on("events", (told, answer) => {
  if (told.data.type !== "request:chat:completion") return;
  const { channel, form_data } = told.data.data;
  assert.equal(form_data.model, "theirs");
  answer({ status: true });
  for (const content of ["to", "gether"]) {
    ann.socket.emit(channel, `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}`);
  }
  ann.socket.emit(channel, "data: [DONE]");
  ann.socket.emit(channel, { done: true });
});
await call("ann", "POST", "api/chat/completions", { ...chat, model: "theirs", model_item: { id: "theirs", direct: true }, id: "m3" });
const brought = await ann.until((told) => told.message_id === "m3" && told.data.data?.done);
assert.equal(brought.data.data.content, "together");

ann.socket.close();
ben.socket.close();
console.log("done");
