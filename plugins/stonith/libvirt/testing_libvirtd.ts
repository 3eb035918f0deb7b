/**
 * A real libvirtd for tests, with the domain `test` of libvirt's own test driver.
 *
 * @module
 */
import { sh } from "../../handler/stonith/testing_sshd.ts";

/** Why there is none here; undefined if there is one. */
export async function noLibvirtd(): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "run", command: "/bin/sh" });
  if (state !== "granted") return "no shell";
  return await sh(
    `[ "$(id -u)" = 0 ] || { echo "it needs root"; exit; }
     [ -x /usr/sbin/libvirtd ] && [ -x /usr/bin/virsh ] ||
       echo "no libvirtd: apt-get install libvirt-daemon libvirt-clients"`,
  ) || undefined;
}

/** Its URI; `-ro` is the socket on which nothing may be changed. */
export const uriOf = (folder: string, kind: "" | "-ro" = ""): string =>
  `test+unix:///default?socket=${folder}/libvirt-sock${kind}`;

/** Starts it, and a client that keeps the state of the domain. The folder's path must be short. */
export async function startLibvirtd(folder: string): Promise<void> {
  await sh(
    `mkdir -p "$1/none" && cd "$1" || exit
     printf 'listen_tls = 0\\nunix_sock_dir = "%s"\\nauth_unix_rw = "none"\\nauth_unix_ro = "none"\\n' "$1" >conf
     LIBVIRT_DRIVER_DIR="$1/none" /usr/sbin/libvirtd -f conf -p "$1/pid" >log 2>&1 &
     for i in $(seq 100); do [ -S "$1/libvirt-sock-ro" ] && break; sleep 0.1; done
     mkfifo "$1/hold"
     /usr/bin/virsh -c "$2" <"$1/hold" >/dev/null 2>&1 &
     sleep 600 >"$1/hold" 2>/dev/null & echo $! >"$1/holder"
     for i in $(seq 100); do virsh -q -c "$2" domstate test >/dev/null 2>&1 && exit 0; sleep 0.1; done
     cat "$1/log" >&2; exit 1`,
    folder,
    uriOf(folder),
  );
}

/** Ends both. */
export const stopLibvirtd = (folder: string): Promise<string> =>
  sh(
    `cd "$1" || exit 0; kill $(cat holder); kill -CONT $(cat pid); kill $(cat pid)
     while kill -0 $(cat pid) 2>/dev/null; do sleep 0.1; done; rm -rf "$1"`,
    folder,
  );
