/**
 * Three nodes of ours on the loopback, and a process without the key that sends 50,000 packets a second to
 * one of them: nobody may be taken for dead, and its own heartbeats may not be late.
 *
 *     deno task interop flood [--seconds 8] [--rate 50000] [--deadtime 500] [--only KIND]
 *
 * The ten minutes that count: `deno task interop flood --seconds 150`, kinds of 150 s each, on a
 * machine that does nothing else. KIND is `random`, `signed` (the form is right, the key is another),
 * `replayed` (a packet of an earlier life), or with root and from a peer's address: `spoofed` (as `signed`),
 * `captured` (as `replayed`) and `large` (as `signed`, 60,000 bytes each, of which a link carries fewer:
 * one in 25 of the rate).
 * The sender is C where gcc is there, else Deno.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { sealPacket } from "../../daemons/heartbeat/codecs.ts";
import { binary, string } from "../../daemons/heartbeat/fields.ts";
import { loadCodecs } from "../../daemons/heartbeat/load_codecs.ts";
import { inLocks } from "../../daemons/site/consent/locked.ts";
import { createLoader } from "../../pils/loader.ts";
import {
  allActive,
  type Case,
  isRoot,
  noDeath,
  OurNode,
  pause,
  project,
  runCases,
  scratch,
  sh,
} from "./media_lab.ts";

const { values } = parseArgs({
  args: Deno.args,
  strict: false,
  options: {
    seconds: { type: "string", default: "8" },
    rate: { type: "string", default: "50000" },
    deadtime: { type: "string", default: "500" },
  },
});
const [seconds, rate, deadtimeMs] = [values.seconds, values.rate, values.deadtime].map(Number) as [
  number,
  number,
  number,
];
const keepaliveMs = deadtimeMs / 5;
/** Milliseconds that a heartbeat of the flooded node may be late: then the next one is due in time. */
const lateMsMax = deadtimeMs - keepaliveMs;
const names = ["a", "b", "c"] as const;
const basePort = 21_000 + Deno.pid % 1_000 * 10;
const portOf = (name: (typeof names)[number]) => basePort + names.indexOf(name);
const host = "127.0.0.1";

/** Compiles the sender; undefined: there is no compiler. */
async function compiled(): Promise<string | undefined> {
  try {
    await sh('gcc -O2 -o "$1" "$2"', `${scratch}/flood`, `${project}/tests/interop/flood/flood.c`);
    return `${scratch}/flood`;
  } catch {
    return undefined;
  }
}

/** A status of b, signed with a key, of a life that is over. */
async function sample(key: string): Promise<Uint8Array> {
  const path = `${scratch}/sample_authkeys`;
  await Deno.writeTextFile(path, `auth 1\n1 sha1 ${key}\n`, { mode: 0o600 });
  const loader = createLoader({
    find: inLocks(new URL("../../plugins/plugins.lock.json", import.meta.url)),
    inline: ["auth", "compression", "encoding"],
  });
  try {
    return sealPacket(await loadCodecs(path, loader), [
      string("t", "status"),
      string("st", "active"),
      string("dt", deadtimeMs.toString(16)),
      string("protocol", "1"),
      string("hastream", "1"),
      string("src", "b"),
      binary("srcuuid", new Uint8Array(16)),
      ...["seq", "hg", "ts"].map((name) => string(name, "1")),
      string("ld", "n/a"),
      string("ttl", "4"),
    ]);
  } finally {
    await loader.close();
  }
}

/** Bytes of a packet of the kind `large`. */
const largeBytes = 60_000;

/** Kinds that come from the address of a peer. */
const source = String(portOf("b"));
const spoofed: Readonly<Record<string, { form?: string; source?: string; per?: number }>> = {
  spoofed: { form: "signed", source },
  captured: { form: "replayed", source },
  large: { form: "signed", source, per: 25 },
};

/** A packet with more in its middle. */
function enlarged(packet: Uint8Array): Uint8Array {
  const middle = packet.length >> 1;
  const large = new Uint8Array(largeBytes).fill(0x41);
  large.set(packet.subarray(0, middle));
  large.set(packet.subarray(middle), largeBytes - (packet.length - middle));
  return large;
}

/** Sends them, and waits until it is over; gives what the sender says. */
async function flood(
  sender: string | undefined,
  kind: string,
  packet: Uint8Array,
): Promise<string> {
  const file = `${scratch}/packet`;
  await Deno.writeFile(file, packet);
  const { form = kind, source = "", per = 1 } = spoofed[kind] ?? {};
  const words = [String(portOf("a")), String(rate / per), String(seconds)];
  if (sender !== undefined) {
    return await sh('"$1" "$2" "$3" "$4" "$5" $6 < "$7"', sender, ...words, form, source, file);
  }
  return await sh(
    '"$1" run --quiet --no-prompt --config="$2/deno.json" --allow-net=127.0.0.1 --allow-read="$7" ' +
      '"$2/tests/interop/flood/flood.ts" "$3" "$4" "$5" "$6" "$7"',
    ...[Deno.execPath(), project, ...words, form, file],
  );
}

function nodes(): OurNode[] {
  return names.map((name) =>
    new OurNode({
      name,
      nodes: names,
      keepaliveMs,
      deadtimeMs,
      chatMs: 500,
      net: [...names.map((other) => `${host}:${portOf(other)}`), `${host}:0`],
      media: [{
        link: "udp0",
        plugin: "medium/ucast",
        config: {
          address: host,
          port: portOf(name),
          peers: names.filter((other) => other !== name)
            .map((other) => ({ address: host, port: portOf(other) })),
        },
      }],
    })
  );
}

/** What a node says of itself. */
const statusOf = (node: OurNode): Readonly<Record<string, unknown>> =>
  node.lines.findLast((line) => line.status)?.status ?? {};

async function under(kind: string): Promise<string> {
  const sender = await compiled();
  const own = kind === "replayed" || kind === "captured";
  const small = await sample(own ? "labkey" : "another");
  const packet = kind === "large" ? enlarged(small) : small;
  const started = nodes();
  try {
    await allActive(started, 30_000);
    await pause(6_000);
    const a = started[0]!;
    const before = statusOf(a);
    const from = Date.now();
    const said = await flood(sender, kind, packet);
    // Heartbeat's status is asked for every five seconds.
    await pause(6_000);
    noDeath(started, from);
    const after = statusOf(a);
    const log = Deno.readTextFileSync(`${scratch}/a/log`);
    if (!/Flood: \d+ packets a second/.test(log)) {
      throw new Error(`a gave no alarm: ${JSON.stringify(after["refused"])}`);
    }
    const lateMs = Number(after["lateMsMax"]);
    if (lateMs > lateMsMax && lateMs > Number(before["lateMsMax"])) {
      throw new Error(`a heartbeat of a was ${lateMs} ms late (${said})`);
    }
    const heard = ["b", "c"].map((name) => a.heard(name).count);
    // On a busy machine the sender may not reach the rate that it was asked for.
    const reached = Math.round(Number(/^\d+/.exec(said)?.[0] ?? 0) / seconds);
    return `${reached} packets a second of ${rate}; nobody taken for dead at ${deadtimeMs} ms, own heartbeats late by ` +
      `${lateMs} ms at most, ${heard.join(" and ")} messages of b and c came`;
  } finally {
    for (const node of started) await node.kill();
  }
}

const kinds = ["random", "signed", "replayed", ...(await isRoot() ? Object.keys(spoofed) : [])];
const cases = kinds.map((name): Case => ({ name, act: () => under(name) }));
await runCases(cases);
