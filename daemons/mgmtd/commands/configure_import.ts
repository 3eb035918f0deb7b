/**
 * `ha configure import`: a node configuration from heartbeat's `ha.cf`.
 *
 * @module
 */
import { resolve } from "node:path";
import { diagnosticText } from "../../../metadata/diagnostic.ts";
import { type Interface, readHaCf } from "../../heartbeat/ha_cf.ts";
import type { Call, Command, Where } from "../command.ts";
import { exit } from "../exit.ts";

/** The command. */
export const configureImport: Command = {
  path: ["configure", "import"],
  summary: "Make a node configuration from heartbeat's ha.cf",
  positionals: "HA_CF",
  details:
    `Prints the node configuration as JSON; what ha.cf says that has its place elsewhere is told
on standard error. authkeys needs no import: its format is the original's.

ha.cf names interfaces where we name addresses: say which is which.

  ha configure import /etc/ha.d/ha.cf --node alice --interface eth0=10.0.0.1/24 > alice.json`,
  options: {
    node: {
      type: "string",
      value: "NAME",
      summary: "This node; the first of the file if left out",
    },
    interface: {
      type: "string",
      value: "NAME=ADDRESS/BITS",
      multiple: true,
      summary: "Address of an interface that ha.cf names",
    },
    cluster: { type: "string", value: "NAME", summary: "Name of the cluster (linux-ha)" },
    authkeys: { type: "string", value: "FILE", summary: "Where the keys are (beside ha.cf)" },
  },
  grant: (call, where) => ({ read: file(call, where) }),

  run(call, io, where) {
    const [path] = file(call, where);
    if (path === undefined) {
      io.err("Name the ha.cf to import\n");
      return exit.usage;
    }
    const { nodes, media, keepaliveMs, deadtimeMs, initdeadMs, diagnostics } = readHaCf(
      Deno.readTextFileSync(path),
      interfacesOf(call),
    );
    for (const diagnostic of diagnostics) io.err(`${diagnosticText(diagnostic)}\n`);
    if (diagnostics.some(({ severity }) => severity === "error")) return exit.config;
    const text = (name: string, otherwise: string): string => {
      const value = call.options[name];
      return typeof value === "string" ? value : otherwise;
    };
    const config = {
      cluster: text("cluster", "linux-ha"),
      node: text("node", nodes[0] ?? ""),
      nodes,
      state: "/var/lib/pils",
      run: "/run/pils",
      authkeys: text("authkeys", resolve(path, "../authkeys")),
      media,
      keepaliveMs,
      deadtimeMs,
      initdeadMs,
    };
    io.out(`${JSON.stringify(config, null, 2)}\n`);
    return exit.ok;
  },
};

const file = (call: Call, { here }: Where): string[] =>
  call.positionals.slice(0, 1).map((path) => resolve(here, path));

/** The interfaces that were named; what is none is left out, and missed by who looks for it. */
function interfacesOf(call: Call): Interface[] {
  const given = call.options["interface"];
  return (Array.isArray(given) ? given : []).flatMap((text) => {
    const parts = /^([^=]+)=([0-9.]+)\/([0-9]+)$/.exec(String(text));
    if (parts === null) return [];
    const bits = Math.min(32, Number(parts[3]));
    const mask = [0, 8, 16, 24].map((at) => 256 - 2 ** (8 - Math.min(8, Math.max(0, bits - at))));
    return [{ name: parts[1]!, address: parts[2]!, netmask: mask.join(".") }];
  });
}
