/* What arrived, whether it is all there and in order, and how long it took.
 *
 * A chunk carries the marker "~<stream>.<index>.<monotonic ns> ". Each viewer must see the indices
 * of each of its streams as 0, 1, 2, … : anything else is counted as a fault. */
#include "client.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct series {
  int64_t *values;
  size_t count, capacity;
};

uint64_t deliveries;
static uint64_t missing, repeated, strange, frames, bytes, reads;
static uint32_t *next_index; /* [connection][stream / rooms] */
static struct series latencies, first_latencies;
static int64_t first_at, last_at;
static double cpu_at_start;

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int streams_per_room(void) {
  return options.rooms ? (options.streams + options.rooms - 1) / options.rooms : 0;
}

void tally_begin(void) {
  size_t size = (size_t)options.connections * streams_per_room() * sizeof *next_index;
  if (!next_index) next_index = grown(NULL, size + 1);
  memset(next_index, 0, size);
  deliveries = missing = repeated = strange = frames = bytes = reads = 0;
  latencies.count = first_latencies.count = 0;
  first_at = last_at = 0;
  cpu_at_start = cpu_seconds();
}

void tally_read(size_t count) {
  reads++;
  bytes += count;
}

void tally_frame(void) { frames++; }

static void add(struct series *series, int64_t value) {
  if (series->count == series->capacity) {
    series->capacity = series->capacity ? series->capacity * 2 : 1 << 16;
    series->values = grown(series->values, series->capacity * sizeof value);
  }
  series->values[series->count++] = value;
}

static void delivered(const struct connection *c, uint64_t stream, uint64_t index, int64_t sent,
                      int64_t at) {
  if (stream >= (uint64_t)options.streams || (int)(stream % options.rooms) != c->room) {
    strange++;
    return;
  }
  uint32_t *next = &next_index[(size_t)c->id * streams_per_room() + stream / options.rooms];
  if (index < *next) {
    repeated++;
    return;
  }
  missing += index - *next;
  *next = index + 1;
  if (!first_at) {
    first_at = at;
    cpu_at_start = cpu_seconds();
  }
  last_at = at;
  deliveries++;
  add(&latencies, at - sent);
  if (index == 0) add(&first_latencies, at - sent);
}

static const unsigned char *number(const unsigned char *p, const unsigned char *end, uint64_t *out) {
  const unsigned char *start = p;
  for (*out = 0; p < end && *p >= '0' && *p <= '9'; p++) *out = *out * 10 + (*p - '0');
  return p == start ? NULL : p;
}

/* Read the marker at p; NULL if it is none. */
static const unsigned char *marker(const struct connection *c, const unsigned char *p,
                                   const unsigned char *end, int64_t at) {
  uint64_t stream, index, sent;
  if (!(p = number(p + 1, end, &stream)) || p == end || *p != '.') return NULL;
  if (!(p = number(p + 1, end, &index)) || p == end || *p != '.') return NULL;
  if (!(p = number(p + 1, end, &sent)) || p == end || *p != ' ') return NULL;
  delivered(c, stream, index, (int64_t)sent, at);
  return p;
}

static void markers(const struct connection *c, const unsigned char *p, const unsigned char *end,
                    int64_t at) {
  while (p < end && (p = memchr(p, '~', end - p))) {
    const unsigned char *after = marker(c, p, end, at);
    p = after ? after : p + 1;
  }
}

/* Systems that send the whole text each time deliver its newest chunk. */
static void last_marker(const struct connection *c, const unsigned char *p,
                        const unsigned char *end, int64_t at) {
  for (const unsigned char *q = end; q > p && (q = memrchr(p, '~', q - p));)
    if (marker(c, q, end, at)) return;
}

void tally_text(struct connection *c, const unsigned char *p, size_t length, int64_t at) {
  const unsigned char *end = p + length;
  size_t tag = strlen(options.tag), want = strlen(options.want);
  if (options.is_last_only) {
    last_marker(c, p, end, at);
    return;
  }
  /* Where events have a type, only those of the wanted type count: the event that ends a stream
   * repeats its whole text. */
  for (int is_wanted = !tag;;) {
    const unsigned char *q = tag ? memmem(p, end - p, options.tag, tag) : NULL;
    if (is_wanted) markers(c, p, q ? q : end, at);
    if (!q) return;
    p = q + tag;
    is_wanted = (size_t)(end - p) >= want && !memcmp(p, options.want, want);
  }
}

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

static double quantile(const struct series *series, double q) {
  return series->count ? series->values[(size_t)((series->count - 1) * q)] / 1e3 : -1;
}

void tally_report(void) {
  double cpu = cpu_seconds() - cpu_at_start;
  struct series *all = &latencies, *first = &first_latencies;
  if (all->count) qsort(all->values, all->count, sizeof(int64_t), ascending);
  if (first->count) qsort(first->values, first->count, sizeof(int64_t), ascending);
  printf("{\"deliveries\":%lu,\"missing\":%lu,\"repeated\":%lu,\"strange\":%lu,\"frames\":%lu,"
         "\"bytes\":%lu,\"reads\":%lu,\"span_s\":%.6f,\"cpu_s\":%.4f,\"p50_us\":%.1f,"
         "\"p90_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,\"first_p50_us\":%.1f,"
         "\"first_p99_us\":%.1f}\n",
         deliveries, missing, repeated, strange, frames, bytes, reads, (last_at - first_at) / 1e9,
         cpu, quantile(all, .5), quantile(all, .9), quantile(all, .99), quantile(all, 1),
         quantile(first, .5), quantile(first, .99));
  fflush(stdout);
}
