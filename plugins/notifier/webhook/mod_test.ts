import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses, sample } from "../../handler/notifier/conformance.ts";
import { certificateFor } from "../../handler/stonith/testing_certificate.ts";
import { testingHost } from "../../handler/testing_host.ts";
import { bodyOf } from "./body.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/webhook${Deno.pid}`;
const port = 20_000 + Deno.pid % 10_000;
const [cafile, other, tokenfile] = ["ca", "other", "token"].map((name) => `${folder}/${name}`) as [
  string,
  string,
  string,
];
const config = { url: `https://127.0.0.1:${port}/alerts`, cafile, tokenfile };
const bodies: string[] = [];
let server: Deno.HttpServer | undefined;

Deno.test.beforeAll(async () => {
  const certificate = await certificateFor("127.0.0.1");
  const stranger = await certificateFor("127.0.0.1");
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(cafile, certificate.ca);
  Deno.writeTextFileSync(other, stranger.ca);
  Deno.writeTextFileSync(tokenfile, "secret 42\n", { mode: 0o600 });
  const { cert, key } = certificate;
  server = Deno.serve(
    { hostname: "127.0.0.1", port, cert, key, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const body = await request.text();
      if (request.headers.get("authorization") !== "Bearer secret 42") {
        return new Response(null, { status: 401 });
      }
      if (pathname === "/moved") {
        return new Response(null, { status: 307, headers: { location: config.url } });
      }
      if (pathname !== "/alerts") return new Response(null, { status: 404 });
      bodies.push(body);
      return new Response(null, { status: 204 });
    },
  );
});
Deno.test.afterAll(async () => {
  await server?.shutdown();
  Deno.removeSync(folder, { recursive: true });
});

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    arrived: () => Promise.resolve([...bodies]),
    unreachable: [
      { config: { url: `https://127.0.0.1:${port}/none` } },
      { config: { url: `https://127.0.0.1:${port}/moved` } },
      { config: { url: `https://127.0.0.1:${port + 1}/alerts` } },
      { config: { cafile: other } },
    ],
  },
  levels: ["inline", "process"],
});

Deno.test("a template of JSON is filled without any value ending a text", () => {
  const body = bodyOf('{"text":"{what} on {node}: {unknown}","n":1,"list":["{desc}"]}');
  const what = 'a"}\n{node}';
  assert.deepEqual(JSON.parse(body({ ...sample, what })), {
    text: `${what} on alice: {unknown}`,
    n: 1,
    list: ["lost"],
  });
  assert.throws(() => bodyOf("{text}"), /body is no JSON/);
});

Deno.test("a plain URL is possible, and reaches no other port", {
  permissions: { net: ["127.0.0.1:1"] },
}, async () => {
  const api = await plugin({
    url: "http://127.0.0.1:2/",
    authheader: "authorization",
    authvalue: "Bearer {token}",
  }, testingHost());
  await assert.rejects(Promise.resolve(api.notify(sample)), /Requires net access/);
});
