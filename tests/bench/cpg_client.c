/*
 * A member of a group of Corosync's CPG, for cpg.ts: sends to so many receivers, or receives, confirms
 * and answers. Prints one JSON object for each size. In C, so that what is measured is CPG and not the
 * language of its client.
 *
 *     cpg_client RECEIVERS MESSAGES CONFIRMED_AT_ONCE ROUND_TRIPS SIZE...
 *
 * Without receivers it receives, until its standard input is closed.
 */
#include <corosync/cpg.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>

enum { nodes_max = 8, size_max = 65536, sends_at_once = 32, wait_ms = 100 };

/* What a message begins with: data and its number, confirmed so many, a ping and its answer. */
struct head { uint32_t what, number; };
enum { data, done, ping, pong };

static cpg_handle_t handle;
static unsigned own, members;
static uint32_t receivers, messages, at_once, round_trips;
static uint32_t confirmed[nodes_max], answered;
static uint32_t expected, owed_done, owed_pong;
static int pong_is_owed;

static void fail(const char *what) {
  fprintf(stderr, "cpg_client: %s\n", what);
  exit(1);
}

static void deliver(cpg_handle_t h, const struct cpg_name *group, uint32_t node, uint32_t pid,
                    void *bytes, size_t length) {
  struct head head;
  (void)h, (void)group, (void)pid;
  if (node == own || node >= nodes_max || length < sizeof head) return;
  memcpy(&head, bytes, sizeof head);
  if (head.what == done) confirmed[node] = head.number;
  else if (head.what == pong) answered = head.number;
  else if (receivers > 0) return;
  else if (head.what == ping) owed_pong = head.number, pong_is_owed = 1;
  else {
    if (head.number == 0) expected = 0;
    if (head.number != expected++) fail("a message out of order");
    if (expected % at_once == 0) owed_done = expected;
  }
}

static void changed(cpg_handle_t h, const struct cpg_name *group, const struct cpg_address *now,
                    size_t count, const struct cpg_address *left, size_t gone,
                    const struct cpg_address *came, size_t joined) {
  (void)h, (void)group, (void)now, (void)left, (void)gone, (void)came, (void)joined;
  members = count;
}

/* Whether CPG took it; it takes no more while the cluster is busy. */
static int say(uint32_t what, uint32_t number, size_t size) {
  static char bytes[size_max];
  struct head head = {what, number};
  memcpy(bytes, &head, sizeof head);
  struct iovec part = {bytes, size < sizeof head ? sizeof head : size};
  cs_error_t error = cpg_mcast_joined(handle, CPG_TYPE_AGREED, &part, 1);
  if (error != CS_OK && error != CS_ERR_TRY_AGAIN) fail("cannot send");
  return error == CS_OK;
}

/* Takes what has come, waiting for it so long; 0 when standard input is closed. */
static int take(int ms) {
  static struct pollfd fds[2] = {{-1, POLLIN, 0}, {0, POLLIN, 0}};
  if (fds[0].fd < 0) cpg_fd_get(handle, &fds[0].fd);
  if (ms > 0) poll(fds, 2, ms);
  if (cpg_dispatch(handle, CS_DISPATCH_ALL) != CS_OK) fail("Corosync is gone");
  return !(fds[1].revents & (POLLIN | POLLHUP));
}

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec + at.tv_nsec / 1e9;
}

static uint32_t low(void) {
  uint32_t least = UINT32_MAX, count = 0;
  for (int node = 0; node < nodes_max; node++) {
    if (confirmed[node] == 0) continue;
    count++;
    if (confirmed[node] < least) least = confirmed[node];
  }
  return count < receivers ? 0 : least;
}

static int ascending(const void *a, const void *b) {
  double d = *(const double *)a - *(const double *)b;
  return (d > 0) - (d < 0);
}

static void measure(size_t size) {
  memset(confirmed, 0, sizeof confirmed);
  double began = now();
  for (uint32_t sent = 0; low() < messages;) {
    if (sent < messages && say(data, sent, size)) {
      if (++sent % sends_at_once == 0) take(0);
    } else take(1);
  }
  double took = now() - began, *ms = malloc(round_trips * sizeof *ms);
  for (uint32_t i = 0; i < round_trips; i++) {
    double at = now();
    while (!say(ping, i + 1, size)) take(1);
    while (answered != i + 1) take(wait_ms);
    ms[i] = (now() - at) * 1e3;
  }
  qsort(ms, round_trips, sizeof *ms, ascending);
  printf("{\"bytes\":%zu,\"perSecond\":%f,\"p50\":%f,\"p99\":%f}\n", size, messages / took,
         ms[round_trips / 2], ms[round_trips * 99 / 100]);
  fflush(stdout);
  free(ms);
}

int main(int count, char **words) {
  if (count < 6) fail("RECEIVERS MESSAGES CONFIRMED_AT_ONCE ROUND_TRIPS SIZE...");
  receivers = atoi(words[1]), messages = atoi(words[2]);
  at_once = atoi(words[3]), round_trips = atoi(words[4]);
  cpg_callbacks_t callbacks = {.cpg_deliver_fn = deliver, .cpg_confchg_fn = changed};
  struct cpg_name group = {.length = 5, .value = "bench"};
  if (cpg_initialize(&handle, &callbacks) != CS_OK) fail("Corosync does not answer");
  if (cpg_local_get(handle, &own) != CS_OK || cpg_join(handle, &group) != CS_OK) {
    fail("cannot join");
  }
  if (receivers > 0) {
    while (members <= receivers) take(wait_ms);
    for (int i = 5; i < count; i++) measure(atoi(words[i]));
  }
  while (take(wait_ms)) {
    if (owed_done > 0 && say(done, owed_done, 0)) owed_done = 0;
    if (pong_is_owed && say(pong, owed_pong, 0)) pong_is_owed = 0;
  }
  return 0;
}
