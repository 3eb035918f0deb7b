import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/medium/ping_conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

/** A file below /dev stands for the disk; undefined where it cannot be read past the caches. */
async function disk(): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "run", command: "/bin/sh" });
  if (state !== "granted") return undefined;
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: [
      "-c",
      `file=$(mktemp -p /dev/shm) && dd if=/dev/zero of="$file" bs=4096 count=1 2>/dev/null &&
       dd if="$file" of=/dev/null iflag=direct bs=4096 2>/dev/null && echo "$file"`,
    ],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim() || undefined;
}

const device = await disk();
if (device !== undefined) {
  globalThis.addEventListener("unload", () => {
    new Deno.Command("/bin/sh", { args: ["-c", 'rm "$1"', "sh", device] }).outputSync();
  });
}

conform(clauses, {
  manifest,
  plugin,
  config: { name: "storage", device: device ?? "/dev/sda" },
  given: { silent: { device: "/dev/shm/no_such_disk" } },
  levels: ["process"],
  skip: device === undefined
    ? Object.fromEntries(clauses.map(({ id }) => [id, "no file below /dev can be read directly"]))
    : {},
});
