// socket.io 4 on node:http, as ElizaOS has it: io.to(channel).emit("messageStreamChunk", …).
// usage: node socketio_server.js PORT socketio|ws    (ws: the bare `ws` library)
"use strict";
const http = require("node:http");
const readline = require("node:readline");

const [port, mode] = [Number(process.argv[2]), process.argv[3]];
const MESSAGE_CHUNKS = 500;
const TEXTS = [" the quick brown fox", " jumps over lazy dog", " 12.5% of the total,",
  "\n\n- a list item: **b", " `np.array([1, 2])` ", " which, in turn, led",
  ' to "quoted" words a', " naïve café résumé. "];
const server = http.createServer();
let publish;

if (mode === "socketio") {
  const { Server } = require("socket.io");
  const io = new Server(server, { cors: { origin: "*" }, path: "/ws/socket.io" });
  io.on("connection", (socket) => socket.on("join", (room) => {
    socket.join(room);
    socket.emit("joined", {});
  }));
  publish = (room, messageId, index, chunk) => io.to(`room-${room}`).emit("messageStreamChunk",
    { messageId, chunk, index, channelId: `room-${room}`, agentId: "agent-1" });
} else {
  const { WebSocketServer } = require("ws");
  const rooms = new Map();
  new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket, request) => {
    const room = Number(request.url.split("room=")[1]);
    rooms.set(room, [...(rooms.get(room) ?? []), socket]);
    socket.send("hello");
  });
  publish = (room, message, index, text) => {
    const data = JSON.stringify({ type: "chunk", chat_id: `room-${room}`, message_id: message,
      sender: "agent-1", seq: index, delta: text });
    for (const socket of rooms.get(room) ?? []) socket.send(data);
  };
}

const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const now = () => Number(process.hrtime.bigint()); // CLOCK_MONOTONIC; exact below 2^53 ns = 104 days
let messages = 0;

function emit(stream) {
  if (stream.index % MESSAGE_CHUNKS === 0) stream.message = String(messages++).padStart(24, "0");
  const text = `~${stream.number}.${stream.index}.${now()} ${TEXTS[stream.index & 7]}`;
  publish(stream.room, stream.message, stream.index++, text);
}

function quantiles(late) {
  late.sort((a, b) => a - b);
  return late.length ? [0.5, 0.99].map((q) => late[Math.floor((late.length - 1) * q)] / 1e3) : [];
}

function play({ rooms, streams, seconds, rate, chunks, start_ns: start }) {
  const end = start + seconds * 1e9;
  const late = [];
  const all = Array.from({ length: streams },
    (_, number) => ({ number, room: number % rooms, index: 0, message: "" }));
  const isOver = (stream, at) => (chunks ? stream.index >= chunks : at >= end);
  const done = () => tell({ produced: all.reduce((sum, stream) => sum + stream.index, 0),
    late_us: quantiles(late) });
  const due = (stream) => start + ((stream.number / streams + stream.index) * 1e9) / rate;

  // Node's timers count in milliseconds: one ticker that emits whatever is due.
  function tick() {
    let isLive = false;
    for (const stream of all) {
      while (due(stream) <= now() && !isOver(stream, due(stream))) {
        late.push(now() - due(stream));
        emit(stream);
      }
      isLive ||= !isOver(stream, due(stream));
    }
    if (isLive) setTimeout(tick, 1);
    else done();
  }

  let live = streams;
  function step(stream) {
    if (isOver(stream, now())) {
      if (--live === 0) done();
      return;
    }
    emit(stream);
    setImmediate(step, stream);
  }

  const delay = Math.max(0, (start - now()) / 1e6);
  if (rate) setTimeout(tick, delay);
  else for (const stream of all) setTimeout(step, delay, stream);
}

readline.createInterface({ input: process.stdin })
  .on("line", (line) => play(JSON.parse(line)))
  .on("close", () => process.exit(0));
server.listen(port, "127.0.0.1", 1024, () => tell({ ready: true }));
