/**
 * Shared disks for tests: block devices over files, prepared by Debian's `sbd`, where root may make
 * them and the package is there; else files with a header of our own.
 *
 * @module
 */

/** Runs a shell script; throws what it complains of. */
export async function sh(script: string, ...words: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "test", ...words],
    stdin: "null",
  }).output();
  if (!success) throw new Error(`${script}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}

/** Why Debian's `sbd` cannot be the partner here; undefined if it can. */
export async function noSbd(): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "run", command: "/bin/sh" });
  if (state !== "granted") return "no shell";
  return await sh(
    `export PATH=/usr/sbin:/sbin:$PATH
     [ "$(id -u)" = 0 ] || { echo "it needs root"; exit; }
     command -v sbd >/dev/null || { echo "no sbd: apt-get install sbd"; exit; }
     losetup -f >/dev/null 2>&1 || echo "no loop devices"`,
  ) || undefined;
}

/** The times in a header, in seconds. */
export const [watchdogS, msgwaitS] = [1, 3];

/**
 * Makes disks `disk1`, `disk2` ... in the folder. `loop1` ... are the links to their block devices,
 * which Debian's `sbd` uses; without them a disk is a file.
 */
export async function makeDisks(folder: string, count: number, isBlock: boolean): Promise<void> {
  await sh(
    `mkdir -p "$1" && cd "$1" && PATH=/usr/sbin:/sbin:$PATH || exit
     for i in $(seq "$2"); do
       truncate -s 1M file$i
       if [ "$3" = block ]; then
         loop=$(losetup -f --show "$1/file$i") && ln -s $loop loop$i &&
         mknod -m 0600 disk$i b $(printf '%d %d' $(stat -Lc '0x%t 0x%T' $loop)) &&
         sbd -d $loop -1 ${watchdogS} -4 ${msgwaitS} create >/dev/null || exit
       else ln file$i disk$i; fi
     done`,
    folder,
    String(count),
    isBlock ? "block" : "file",
  );
  if (!isBlock) {
    for (let at = 1; at <= count; at++) {
      await Deno.writeFile(`${folder}/disk${at}`, emptyDisk(at, ["bob"]), { create: false });
    }
  }
}

/** Removes them. */
export const removeDisks = (folder: string): Promise<string> =>
  sh(
    `[ -d "$1" ] || exit 0; PATH=/usr/sbin:/sbin:$PATH
     for loop in "$1"/loop*; do [ -e "$loop" ] && losetup -d $(readlink "$loop"); done
     rm -r "$1"`,
    folder,
  );

/** A disk as `sbd create` and `sbd allocate` make it; `id` distinguishes it. */
export function emptyDisk(id: number, nodes: readonly string[]): Uint8Array {
  const disk = new Uint8Array(1 << 20);
  const view = new DataView(disk.buffer);
  disk.set(new TextEncoder().encode("SBD_SBD_\x02"));
  disk[9] = 255;
  view.setUint32(12, 512);
  [watchdogS, 2, 1, msgwaitS].forEach((seconds, at) => view.setUint32(16 + 4 * at, seconds));
  disk[32] = 1;
  disk.set([0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, id], 33);
  nodes.forEach((node, slot) => {
    disk[512 * (1 + 2 * slot)] = 1;
    disk.set(new TextEncoder().encode(node), 512 * (1 + 2 * slot) + 1);
  });
  return disk;
}
