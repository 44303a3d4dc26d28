/* The viewers of the benchmark: many connections in one thread, so light that the server is what
 * is being measured. See main.c for its use. */
#pragma once
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>

enum protocol { WEBSOCKET, SOCKETIO, SSE, YJS };
enum stage { HTTP, JOINING, READY };

struct options {
  enum protocol protocol;
  int port, connections, rooms, streams; /* streams in all; stream s is heard in room s % rooms */
  int nap_us, receive_buffer, is_last_only;
  const char *path, *headers, *auth, *ready, *tag, *want;
  const char *say[4];
  int says;
};

struct buffer {
  unsigned char *data;
  size_t length, capacity;
};

struct connection {
  int socket, id, room;
  enum stage stage;
  int is_chunked;
  size_t chunk_left; /* of the HTTP chunk that is being read */
  struct buffer in;  /* as it came */
  struct buffer body; /* SSE: without the chunk headers */
};

extern struct options options;
extern int connections_ready;

int64_t now_ns(void);
void fail(const char *what);
void *grown(void *memory, size_t size);
void reserve(struct buffer *buffer, size_t more);
void drop(struct buffer *buffer, size_t count);
size_t filled(char *out, size_t capacity, const char *pattern, int room);

/* wire.c */
void begin(struct connection *connection);
void receive(struct connection *connection);

/* tally.c */
extern uint64_t deliveries;
void tally_begin(void);
void tally_read(size_t bytes);
void tally_frame(void);
void tally_text(struct connection *connection, const unsigned char *text, size_t length, int64_t at);
void tally_report(void);
