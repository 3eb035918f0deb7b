import assert from "node:assert/strict";
import { pause } from "../../../metadata/timer.ts";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { certificateFor } from "../../handler/stonith/testing_certificate.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { type Mood, underMoods } from "../../handler/stonith/testing_moods.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/rest${Deno.pid}`;
const port = 20_000 + Deno.pid % 10_000;
const token = "open sesame 42";
const certificate = await certificateFor("127.0.0.1");
const stranger = await certificateFor("127.0.0.1");
const tokenfile = `${folder}/token`;
const config = {
  address: "127.0.0.1",
  port,
  fingerprint: certificate.fingerprint,
  tokenfile,
  hostlist: ["alice:1", "bob:2"],
  statuspath: "/outlets/{plug}",
  statuspointer: "/outlet/state",
  onvalues: ["RUNNING"],
  offvalues: ["stopped"],
  offmethod: "PUT",
  offpath: "/outlets/{plug}",
  offbody: '{"power":false,"outlet":"{plug}"}',
  onmethod: "PUT",
  onpath: "/outlets/{plug}",
  onbody: '{"power":true,"outlet":"{plug}"}',
};

let mood: Mood = "good";
let servers: Deno.HttpServer[] = [];
const power: Record<string, boolean> = { "1": true, "2": true };
const free = new Set<() => void>();

async function answer(request: Request): Promise<Response> {
  const body = await request.text();
  if (mood === "slow") await pause(100);
  if (mood === "hangs") await new Promise<void>((resolve) => free.add(resolve));
  if (mood === "drops") {
    const begun = new ReadableStream({ start: (stream) => stream.close() });
    return new Response(begun, { headers: { "content-length": "10" } });
  }
  if (request.headers.get("authorization") !== `Bearer ${token}`) {
    return new Response(`who are you, ${request.headers.get("authorization")}?`, { status: 401 });
  }
  const outlet = new URL(request.url).pathname.split("/").at(-1) ?? "";
  if (power[outlet] === undefined) return new Response("none", { status: 404 });
  if (request.method === "PUT") {
    if (mood === "refuses") return new Response(`no, ${token}`, { status: 409 });
    if (mood !== "lies") power[mood === "other" ? "2" : outlet] = JSON.parse(body).power;
    return new Response(null, { status: 204 });
  }
  return Response.json({ outlet: { state: power[outlet] ? "Running" : "Stopped" } });
}

function set(next: Mood): void {
  mood = next;
  if (mood !== "good") return;
  for (const one of free) one();
  free.clear();
  power["1"] = power["2"] = true;
}

Deno.test.beforeAll(async () => {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(tokenfile, `${token}\n`, { mode: 0o600 });
  await Deno.writeTextFile(`${folder}/ca.pem`, certificate.ca, { mode: 0o600 });
  const { cert, key } = certificate;
  const options = { hostname: "127.0.0.1", onListen() {} };
  servers = [
    Deno.serve({ ...options, port, cert, key }, answer),
    Deno.serve({ ...options, port: port + 2 }, answer),
  ];
});
Deno.test.afterAll(async () => {
  set("good");
  for (const server of servers) await server.shutdown();
  await Deno.remove(folder, { recursive: true });
});

const alive = () => power["1"] === true;

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: "alice",
    revive: () => Promise.resolve(set("good")),
    misdirected: [
      { port: port + 1 },
      { hostlist: ["alice:3"] },
      { fingerprint: stranger.fingerprint },
      { tokenfile: `${folder}/ca.pem` },
    ],
    alive: () => Promise.resolve(alive()),
  },
  levels: ["process"],
});

underMoods({ manifest, config, host: "alice", set, alive, never: /sesame/ });

reaches({
  manifest,
  config: () => config,
  may: () => [`connect 127.0.0.1 ${port}`, `read ${tokenfile}`],
  mayNot: () => [
    `connect 127.0.0.1 ${port + 1}`,
    `connect 127.0.0.1 ${port + 2}`,
    `connect 127.0.0.2 ${port}`,
    `read ${folder}/ca.pem`,
  ],
});

const { fingerprint: _, ...unpinned } = config;

Deno.test("stonith/rest: cafile, http, and states that are neither on nor off", async () => {
  set("good");
  {
    await using device = await loaded(manifest, { ...unpinned, cafile: `${folder}/ca.pem` });
    assert.ok((await device.api.fence("reboot", "alice", 5_000)).ok);
  }
  const plain = { ...unpinned, scheme: "http", port: port + 2 };
  {
    await using device = await loaded(manifest, plain);
    assert.ok((await device.api.fence("off", "alice", 5_000)).ok);
  }
  await using device = await loaded(manifest, { ...plain, offvalues: ["halted"] });
  const { ok, detail } = await device.api.fence("off", "alice", 5_000);
  assert.equal(ok, false);
  assert.match(detail, /its state "Stopped" is neither on nor off/);
});

Deno.test("stonith/rest names every parameter that cannot be used", async () => {
  await assert.rejects(
    loaded(manifest, { ...config, offpath: "/x?t={token}", onpath: "x", authvalue: "{plug}" }),
    /offpath: \{token\} is not known here \[HA\d{4}\]\. Fix: use \{plug\}; onpath: "x" is not a path.*authvalue: \{plug\}/s,
  );
  await assert.rejects(loaded(manifest, unpinned), /Fix: set fingerprint or cafile/);
  await assert.rejects(loaded(manifest, { ...config, scheme: "http" }), /http has no certificate/);
});
