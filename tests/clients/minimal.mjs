// What the messaging seed calls a minimal client: its options, its events, its two payloads.
import { io } from "socket.io-client";

const [base, token, transports, server] = process.argv.slice(2);
const { origin, pathname } = new URL("agentchat/eliza/", base);
const entityId = "your-entity-id";
const roomId = "your-room-id";
const addressed = server ? { messageServerId: server } : {};

const socket = io(origin, {
  path: `${pathname}socket.io/`,
  auth: { token },
  "force new connection": true,
  reconnection: true,
  reconnectionDelay: 1000,
  reconnectionAttempts: 5,
  timeout: 20000,
  transports: transports.split(","),
});
const wrong = (error) => { console.error(error); process.exit(1); };
socket.on("connect_error", wrong);
socket.on("messageError", wrong);
socket.on("connect", () => {
  socket.emit("message", { type: 1, payload: { roomId, entityId, ...addressed } });
  socket.emit("message", {
    type: 2,
    payload: {
      senderId: entityId,
      senderName: "Extension User",
      message: "Hello from extension!",
      roomId,
      messageId: crypto.randomUUID(),
      source: "extension",
      attachments: [],
      metadata: {},
      ...addressed,
    },
  });
});
socket.on("messageBroadcast", (data) => {
  if (data.roomId !== roomId && data.channelId !== roomId) wrong(data.roomId);
  console.log(`${data.senderName}: ${data.text}`);
});
socket.on("messageComplete", () => socket.disconnect());
