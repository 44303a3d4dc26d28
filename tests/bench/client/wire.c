/* From bytes to texts: HTTP upgrade, WebSocket frames (RFC 6455), Server-Sent Events over chunked
 * HTTP, Engine.IO 4 with Socket.IO 5, and the handshake of the Yjs sync protocol. */
#include "client.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void end(const struct connection *c, const char *why) {
  fprintf(stderr, "connection %d: %s\n", c->id, why);
  exit(3);
}

static void write_all(const struct connection *c, const void *data, size_t length) {
  if (write(c->socket, data, length) != (ssize_t)length) fail("write");
}

static void say(const struct connection *c, int opcode, const void *text, size_t length) {
  unsigned char frame[1500];
  size_t k = 0;
  if (length > sizeof frame - 8) end(c, "a frame of ours is too long");
  frame[k++] = 0x80 | opcode;
  if (length < 126) {
    frame[k++] = 0x80 | length;
  } else {
    frame[k++] = 0x80 | 126;
    frame[k++] = length >> 8;
    frame[k++] = length & 255;
  }
  memset(frame + k, 0, 4); /* a mask of zeroes changes nothing */
  memcpy(frame + k + 4, text, length);
  write_all(c, frame, k + 4 + length);
}

static void say_all(const struct connection *c) {
  char text[1400];
  for (int i = 0; i < options.says; i++)
    say(c, 1, text, filled(text, sizeof text, options.say[i], c->room));
}

static void joined(struct connection *c) {
  c->stage = READY;
  connections_ready++;
}

static int is_ready_sign(const unsigned char *p, size_t n) {
  return memmem(p, n, options.ready, strlen(options.ready)) != NULL;
}

void begin(struct connection *c) {
  char path[600], request[1500];
  path[filled(path, sizeof path, options.path, c->room)] = 0;
  const char *upgrade = options.protocol == SSE
    ? "Accept: text/event-stream\r\n"
    : "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s%s\r\n",
                        path, options.port, upgrade, options.headers, *options.headers ? "\r\n" : "");
  write_all(c, request, length);
}

static int has_head(struct connection *c) {
  unsigned char *blank = memmem(c->in.data, c->in.length, "\r\n\r\n", 4);
  if (!blank) return 0;
  int status = 0;
  *blank = 0; /* the head is text up to here */
  sscanf((char *)c->in.data, "HTTP/1.1 %d", &status);
  if (status != (options.protocol == SSE ? 200 : 101)) end(c, (char *)c->in.data);
  c->is_chunked = strcasestr((char *)c->in.data, "transfer-encoding: chunked") != NULL;
  drop(&c->in, blank + 4 - c->in.data);
  c->stage = JOINING;
  if (options.protocol == WEBSOCKET) say_all(c);
  if (options.protocol == YJS) say(c, 2, "\0\0\1\0", 4); /* sync step 1: nothing is known */
  return 1;
}

static void on_socketio(struct connection *c, const unsigned char *p, size_t n, int64_t at) {
  if (n && p[0] == '0') {
    char text[600] = "40";
    say(c, 1, text, 2 + snprintf(text + 2, sizeof text - 2, "%s", options.auth));
  } else if (n && p[0] == '2') {
    say(c, 1, "3", 1);
  } else if (n > 1 && p[0] == '4' && p[1] == '0') {
    say_all(c);
  } else if (c->stage == READY) {
    tally_text(c, p, n, at);
  } else if (is_ready_sign(p, n)) {
    joined(c);
  }
}

static void on_yjs(struct connection *c, const unsigned char *p, size_t n, int64_t at) {
  if (n < 2 || p[0] != 0) return; /* awareness */
  if (p[1] == 0) say(c, 2, "\0\1\2\0\0", 5); /* sync step 2: nothing is had */
  else if (p[1] == 1 && c->stage != READY) joined(c);
  else if (p[1] == 2) tally_text(c, p, n, at);
}

static void on_frame(struct connection *c, int opcode, const unsigned char *p, size_t n, int64_t at) {
  if (opcode == 9) say(c, 10, p, n);
  if (opcode == 8) end(c, "the server said goodbye");
  if (opcode > 2) return;
  tally_frame();
  if (options.protocol == SOCKETIO) on_socketio(c, p, n, at);
  else if (options.protocol == YJS) on_yjs(c, p, n, at);
  else if (c->stage == READY) tally_text(c, p, n, at);
  else if (is_ready_sign(p, n)) joined(c);
}

static void read_frames(struct connection *c, int64_t at) {
  size_t done = 0;
  while (c->in.length - done >= 2) {
    const unsigned char *head = c->in.data + done;
    size_t left = c->in.length - done, size = head[1] & 127, header = 2;
    int wide = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (left < 2 + (size_t)wide) break;
    if (wide) size = 0;
    for (int i = 0; i < wide; i++) size = size << 8 | head[2 + i];
    header += wide;
    if (left < header + size) break;
    if (!(head[0] & 0x80)) end(c, "fragmented messages are not expected");
    on_frame(c, head[0] & 15, head + header, size, at);
    done += header + size;
  }
  drop(&c->in, done);
}

static void append(struct buffer *to, const unsigned char *data, size_t length) {
  reserve(to, length);
  memcpy(to->data + to->length, data, length);
  to->length += length;
}

/* Undo the chunked transfer coding (RFC 9112, section 7.1). */
static void read_body(struct connection *c) {
  size_t done = 0;
  if (!c->is_chunked) {
    append(&c->body, c->in.data, c->in.length);
    done = c->in.length;
  }
  while (done < c->in.length) {
    const unsigned char *p = c->in.data + done;
    size_t left = c->in.length - done;
    if (c->chunk_left > 2) {
      size_t take = left < c->chunk_left - 2 ? left : c->chunk_left - 2;
      append(&c->body, p, take);
      c->chunk_left -= take;
      done += take;
    } else if (c->chunk_left) { /* the line end after the data */
      size_t take = left < c->chunk_left ? left : c->chunk_left;
      c->chunk_left -= take;
      done += take;
    } else {
      const unsigned char *line_end = memmem(p, left, "\r\n", 2);
      if (!line_end) break;
      size_t size = strtoul((const char *)p, NULL, 16);
      if (!size) end(c, "the event stream has ended");
      c->chunk_left = size + 2;
      done += line_end + 2 - p;
    }
  }
  drop(&c->in, done);
}

static void read_events(struct connection *c, int64_t at) {
  size_t done = 0;
  const unsigned char *line_end;
  while ((line_end = memchr(c->body.data + done, '\n', c->body.length - done))) {
    const unsigned char *line = c->body.data + done;
    size_t length = line_end - line;
    done += length + 1;
    if (length < 5 || memcmp(line, "data:", 5)) {
      if (c->stage != READY && is_ready_sign(line, length)) joined(c);
      continue;
    }
    tally_frame();
    if (c->stage == READY) tally_text(c, line, length, at);
    else if (is_ready_sign(line, length)) joined(c);
  }
  drop(&c->body, done);
}

void receive(struct connection *c) {
  for (;;) {
    reserve(&c->in, 16384);
    size_t room = c->in.capacity - c->in.length - 1;
    ssize_t count = read(c->socket, c->in.data + c->in.length, room);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) end(c, "the server hung up");
    int64_t at = now_ns();
    tally_read(count);
    c->in.length += count;
    c->in.data[c->in.length] = 0;
    if (c->stage == HTTP && !has_head(c)) continue;
    if (options.protocol == SSE) {
      read_body(c);
      if (c->body.length) read_events(c, at);
    } else {
      read_frames(c, at);
    }
    if ((size_t)count < room) return;
  }
}
