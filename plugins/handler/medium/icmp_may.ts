/**
 * For tests: whether the current user may open a socket for ICMP at all. Nothing of it runs in
 * production.
 *
 * @module
 */

/** Why not, or undefined if it may: it has CAP_NET_RAW, or a group that the kernel lets ping. */
export async function noIcmp(): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "run", command: "/bin/sh" });
  if (state !== "granted" || Deno.build.os !== "linux") return "not on Linux, or no shell";
  const { success } = await new Deno.Command("/bin/sh", {
    args: ["-c", script],
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success ? undefined : "it needs CAP_NET_RAW, or a group within ping_group_range";
}

/** CAP_NET_RAW is bit 13 of the effective capabilities. */
const script = `
while read -r name value; do [ "$name" = CapEff: ] && caps=$value; done < /proc/self/status
[ $(( 0x$caps >> 13 & 1 )) = 1 ] && exit 0
read -r low high < /proc/sys/net/ipv4/ping_group_range
for group in $(id -G); do [ "$group" -ge "$low" ] && [ "$group" -le "$high" ] && exit 0; done
exit 1`;
