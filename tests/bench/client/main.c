/* viewers key=value …
 *
 *   port=            TCP port on 127.0.0.1
 *   protocol=        ws | socketio | sse | yjs
 *   path=            of the request; {room} is replaced, here and in say=
 *   connections= rooms= streams=    connection i sits in room i % rooms, stream s is heard in s % rooms
 *   headers=         one more header line
 *   auth=            what follows "40" in Socket.IO's CONNECT
 *   say=             a text frame to send once connected; up to four
 *   ready=           text by which the server shows that the viewer has joined
 *   tag= want=       where events have a type: only `want` behind `tag` is counted
 *   last=1           a message carries the whole text; its last marker is the delivery
 *   nap=             µs to sleep after each batch, so that reads batch up; never where latency counts
 *   receive_buffer=  SO_RCVBUF in bytes
 *
 * It prints READY when all have joined. Then by lines on stdin: `reset`; `expect COUNT STALL_MS`
 * prints REACHED or STALLED; `report` prints one JSON object; `pause` and `resume` reading;
 * the end of stdin ends it. */
#include "client.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WAVE = 32, EVENTS = 256 };

struct options options = {.connections = 1, .rooms = 1, .path = "/", .headers = "", .auth = "",
                          .ready = "hello", .tag = "", .want = ""};
int connections_ready;
static struct connection *all;
static int opened, epoll_fd, is_paused, is_expecting;
static uint64_t expected;
static int64_t stall_ns, progress_at;

int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

void fail(const char *what) {
  perror(what);
  exit(1);
}

void *grown(void *memory, size_t size) {
  if (!(memory = realloc(memory, size))) fail("realloc");
  return memory;
}

void reserve(struct buffer *buffer, size_t more) {
  if (buffer->capacity - buffer->length >= more) return;
  while (buffer->capacity - buffer->length < more)
    buffer->capacity = buffer->capacity ? buffer->capacity * 2 : 2 * more;
  buffer->data = grown(buffer->data, buffer->capacity);
}

void drop(struct buffer *buffer, size_t count) {
  if (!count) return;
  memmove(buffer->data, buffer->data + count, buffer->length - count);
  buffer->length -= count;
}

size_t filled(char *out, size_t capacity, const char *pattern, int room) {
  size_t length = 0;
  while (*pattern && length < capacity - 12) {
    if (!strncmp(pattern, "{room}", 6)) {
      length += sprintf(out + length, "%d", room);
      pattern += 6;
    } else {
      out[length++] = *pattern++;
    }
  }
  return length;
}

static void set(const char *key, char *value) {
  if (!strcmp(key, "port")) options.port = atoi(value);
  else if (!strcmp(key, "connections")) options.connections = atoi(value);
  else if (!strcmp(key, "rooms")) options.rooms = atoi(value);
  else if (!strcmp(key, "streams")) options.streams = atoi(value);
  else if (!strcmp(key, "nap")) options.nap_us = atoi(value);
  else if (!strcmp(key, "receive_buffer")) options.receive_buffer = atoi(value);
  else if (!strcmp(key, "last")) options.is_last_only = atoi(value);
  else if (!strcmp(key, "path")) options.path = value;
  else if (!strcmp(key, "headers")) options.headers = value;
  else if (!strcmp(key, "auth")) options.auth = value;
  else if (!strcmp(key, "ready")) options.ready = value;
  else if (!strcmp(key, "tag")) options.tag = value;
  else if (!strcmp(key, "want")) options.want = value;
  else if (!strcmp(key, "say") && options.says < 4) options.say[options.says++] = value;
  else if (!strcmp(key, "protocol"))
    options.protocol = !strcmp(value, "socketio") ? SOCKETIO : !strcmp(value, "sse") ? SSE
                     : !strcmp(value, "yjs") ? YJS : WEBSOCKET;
  else {
    fprintf(stderr, "unknown option %s\n", key);
    exit(2);
  }
}

static void watch(int socket, struct connection *connection) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, socket, &event);
}

static void open_next(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options.port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct connection *c = &all[opened];
  int one = 1;
  c->id = opened;
  c->room = opened % options.rooms;
  if ((c->socket = socket(AF_INET, SOCK_STREAM, 0)) < 0) fail("socket");
  if (options.receive_buffer)
    setsockopt(c->socket, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof(int));
  if (connect(c->socket, (struct sockaddr *)&address, sizeof address)) fail("connect");
  setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  begin(c);
  fcntl(c->socket, F_SETFL, O_NONBLOCK);
  watch(c->socket, c);
  opened++;
}

static void pause_all(int paused) {
  is_paused = paused;
  for (int i = 0; i < opened; i++) {
    if (!paused) watch(all[i].socket, &all[i]);
    else epoll_ctl(epoll_fd, EPOLL_CTL_DEL, all[i].socket, NULL);
  }
}

static void obey(const char *line) {
  unsigned long count;
  long stall_ms;
  if (!strcmp(line, "reset")) tally_begin();
  else if (!strcmp(line, "report")) tally_report();
  else if (!strcmp(line, "pause") && !is_paused) pause_all(1);
  else if (!strcmp(line, "resume") && is_paused) pause_all(0);
  else if (sscanf(line, "expect %lu %ld", &count, &stall_ms) == 2) {
    expected = count;
    stall_ns = stall_ms * 1000000LL;
    is_expecting = 1;
    progress_at = now_ns();
  }
}

static void read_orders(void) {
  char text[512];
  ssize_t length = read(0, text, sizeof text - 1);
  if (length <= 0) exit(0);
  text[length] = 0;
  for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) obey(line);
}

static void tell(const char *word) {
  puts(word);
  fflush(stdout);
}

static void turn(void) {
  struct epoll_event events[EVENTS];
  uint64_t before = deliveries;
  int count = epoll_wait(epoll_fd, events, EVENTS, is_expecting ? 20 : -1);
  for (int i = 0; i < count; i++) {
    if (events[i].data.ptr) receive(events[i].data.ptr);
    else read_orders();
  }
  if (options.nap_us && count > 0) usleep(options.nap_us);
  if (deliveries != before) progress_at = now_ns();
  if (!is_expecting) return;
  if (deliveries >= expected) tell("REACHED");
  else if (now_ns() - progress_at > stall_ns) tell("STALLED");
  else return;
  is_expecting = 0;
}

int main(int count, char **arguments) {
  struct rlimit files;
  for (int i = 1; i < count; i++) {
    char *value = strchr(arguments[i], '=');
    if (!value) return 2;
    *value = 0;
    set(arguments[i], value + 1);
  }
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  all = grown(NULL, options.connections * sizeof *all);
  memset(all, 0, options.connections * sizeof *all);
  epoll_fd = epoll_create1(0);
  watch(0, NULL);
  tally_begin();
  for (int has_told = 0;;) {
    /* In small waves, so that no listen backlog overflows. */
    while (opened < options.connections && opened - connections_ready < WAVE) open_next();
    if (connections_ready == options.connections && !has_told) {
      has_told = 1;
      tell("READY");
    }
    turn();
  }
}
