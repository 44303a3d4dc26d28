// Our own reducer and text stream with the published socket.io-client: two users, one channel.
import assert from "node:assert/strict";
import { io } from "socket.io-client";

const [bundle, base] = process.argv.slice(2);
const { Channels, openAITextStream } = await import(bundle);
const { origin, pathname } = new URL(base);

const socket = io(origin, { path: `${pathname}ws/socket.io`, query: { user: "ann" }, auth: { token: "x" } });
const channels = new Channels("ann");
const looks = new Set();
socket.on("events:channel", (event) => {
  channels.take(event, Date.now());
  looks.forEach((look) => look());
});
const until = (accept) =>
  new Promise((resolve) => {
    const look = () => accept() && (looks.delete(look), resolve());
    looks.add(look);
    look();
  });

async function call(user, method, path, body) {
  const headers = { "X-User": user, "Content-Type": "application/json" };
  const answer = await fetch(`${base}${path}`, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer;
}
const json = async (...args) => (await call(...args)).json();

await socket.emitWithAck("user-join", { auth: { token: "x" } });
const { id } = await json("ann", "POST", "api/v1/channels/create", { name: "talk" });
channels.install(await json("ann", "GET", "api/v1/channels/"));
const view = channels.open(id);
view.install(await json("ann", "GET", `api/v1/channels/${id}/messages`));
const path = `api/v1/channels/${id}/messages`;

view.post({ temp_id: "t1", user_id: "ann", content: "mine", created_at: Date.now() * 1e6 });
await json("ann", "POST", `${path}/post`, { content: "mine", temp_id: "t1" });
const theirs = await json("ben", "POST", `${path}/post`, { content: "theirs" });
await until(() => view.messages.length === 2 && view.messages.every((row) => !row.temp_id));
assert.deepEqual(view.messages.map((row) => row.content), ["theirs", "mine"]);
assert.equal(channels.unread(id), 1);
view.openThread(theirs.id, []);
await json("ben", "POST", `${path}/post`, { content: "reply", parent_id: theirs.id });
await until(() => view.threads[theirs.id].length === 1 && view.messages[0].reply_count === 1);
await json("ben", "POST", `${path}/${theirs.id}/reactions/add`, { name: "+1" });
await until(() => view.messages[0].reactions.length === 1);
await json("ben", "POST", `${path}/${theirs.id}/update`, { content: "changed" });
await until(() => view.messages[0].content === "changed");
const whole = await json("ann", "GET", path);
assert.deepEqual(view.messages, whole);
await call("ben", "DELETE", `${path}/${theirs.id}/delete`);
await until(() => view.messages.length === 1);
assert.equal(channels.unread(id), 0);
socket.disconnect();

const asked = { model: "cites", messages: [{ role: "user", content: "hi" }], stream: true };
const answer = await call("ann", "POST", "api/chat/completions", asked);
const updates = [];
for await (const update of openAITextStream(answer.body)) updates.push(update);
assert.deepEqual(updates[0].sources, [{ name: "A page", url: "https://example.org" }]);
assert.equal(updates.map((update) => update.text).join(""), "abcde");
assert.equal(updates.at(-1).done, true);
assert.equal(updates.at(-1).error, null);
console.log("ok");
