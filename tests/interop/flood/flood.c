/*
 * Sends packets without the key to one UDP port of 127.0.0.1, evenly paced.
 *
 *   flood PORT PACKETS_PER_SECOND SECONDS KIND [SOURCE_PORT]
 *
 * KIND: random    300 random bytes
 *       signed    the form of a signed packet (read from standard input) with a changed bit
 *       replayed  that packet as it is
 * With SOURCE_PORT the packets claim to come from there, which needs root.
 */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int count, char **words) {
  if (count < 5) return 64;
  int port = atoi(words[1]), spoofed = count > 5 ? atoi(words[5]) : 0;
  double rate = atof(words[2]), seconds = atof(words[3]);
  int is_random = strcmp(words[4], "random") == 0, is_signed = strcmp(words[4], "signed") == 0;
  static unsigned char packet[66000];
  unsigned char *bytes = packet + 28;
  int length = 300;
  for (int at = 0; at < length; at++) bytes[at] = rand();
  if (!is_random) length = fread(bytes, 1, 65507, stdin);
  if (length <= 0) return 65;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int sock = socket(AF_INET, spoofed ? SOCK_RAW : SOCK_DGRAM, spoofed ? IPPROTO_RAW : 0);
  if (sock < 0) return 77;
  unsigned char *start = bytes;
  if (spoofed) {
    struct iphdr ip = {.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP};
    ip.tot_len = htons(28 + length);
    ip.saddr = ip.daddr = htonl(INADDR_LOOPBACK);
    struct udphdr udp = {.source = htons(spoofed), .dest = htons(port), .len = htons(8 + length)};
    memcpy(packet, &ip, 20);
    memcpy(packet + 20, &udp, 8);
    start = packet;
  }
  int sent = 0, failed = 0;
  double begun = now(), passed;
  while ((passed = now() - begun) < seconds) {
    for (long due = passed * rate; sent < due; sent++) {
      if (is_signed) bytes[length / 2] ^= 1 + sent % 200;
      if (sendto(sock, start, length + (bytes - start), 0, (void *)&to, sizeof to) < 0) failed++;
      if (is_signed) bytes[length / 2] ^= 1 + sent % 200;
    }
    usleep(200);
  }
  printf("%d packets sent, %d of them in vain\n", sent, failed);
  return 0;
}
