import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses, sample } from "../../handler/notifier/conformance.ts";
import { certificateFor } from "../../handler/stonith/testing_certificate.ts";
import { testingHost } from "../../handler/testing_host.ts";
import { mailOf } from "./mail_of.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";
import { cameTo, startServer } from "./testing_server.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/mail${Deno.pid}`;
const port = 40_000 + Deno.pid % 10_000;
const [cafile, other, passwordfile] = ["ca", "other", "password"]
  .map((name) => `${folder}/${name}`) as [string, string, string];
const config = {
  address: "127.0.0.1",
  port,
  cafile,
  user: "ha",
  passwordfile,
  from: "ha@example.org",
};
let servers: Deno.ChildProcess[] = [];
const [file, tlsFile] = [`${folder}/mails`, `${folder}/mails.tls`];

const textOf = (data: string): string => {
  const [head = "", ...body] = data.split("\n\n");
  const text = new TextDecoder().decode(Uint8Array.fromBase64(body.join("").replace(/\s/g, "")));
  return `${head}\n\n${text}`;
};

Deno.test.beforeAll(async () => {
  const certificate = await certificateFor("127.0.0.1");
  const stranger = await certificateFor("127.0.0.1");
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(cafile, certificate.ca);
  Deno.writeTextFileSync(other, stranger.ca);
  Deno.writeTextFileSync(passwordfile, "secret 42\n", { mode: 0o600 });
  servers = [
    await startServer({ ...certificate, port, insidePort: port + 3, file }),
    await startServer({ ...certificate, port: port + 1, methods: "LOGIN", file: tlsFile }),
  ];
});
Deno.test.afterAll(async () => {
  for (const server of servers) {
    server.kill("SIGKILL");
    await server.status;
  }
  Deno.removeSync(folder, { recursive: true });
});

conform(clauses, {
  manifest: { ...manifest, permissions: { ...manifest.permissions, read: [folder] } },
  plugin,
  config,
  given: {
    recipient: "admin@example.org",
    arrived: async () => (await cameTo(file)).flatMap(({ data }) => data ?? []).map(textOf),
    unreachable: [
      { recipient: "unknown@example.org" },
      { recipient: "nobody@example.org" },
      { recipient: "no address" },
      { recipient: "a@b>\r\nRCPT TO:<c@d" },
      { config: { cafile: other }, recipient: "admin@example.org" },
      { config: { port: port + 2 }, recipient: "admin@example.org" },
      { config: { port: port + 1 }, recipient: "admin@example.org" },
    ],
  },
  levels: ["inline", "process"],
});

const permissions = { net: [`127.0.0.1:${port}`, `127.0.0.1:${port + 1}`], read: [folder] };
const whole = { ...config, security: "starttls" } as const;

Deno.test("the password goes over TLS alone, and with either method", {
  permissions,
}, async () => {
  const to = { ...sample, recipient: "admin@example.org" };
  await (await plugin(whole, testingHost())).notify(to);
  const tls = { ...whole, security: "tls", port: port + 1 } as const;
  await (await plugin(tls, testingHost())).notify(to);
  for (const one of [file, tlsFile]) {
    const logins = (await cameTo(one)).flatMap(({ login }) => login ?? []);
    assert.equal(logins.at(-1), "ha secret 42");
  }
  const plain = await plugin({ ...whole, security: "none" }, testingHost());
  await assert.rejects(Promise.resolve(plain.notify(to)), /neither AUTH PLAIN nor AUTH LOGIN/);
});

Deno.test("a refused login is an error without the password", { permissions }, async () => {
  const { passwordfile: _, ...rest } = whole;
  const api = await plugin({ ...rest, password: "is wrong" }, testingHost());
  await assert.rejects(
    Promise.resolve(api.notify({ ...sample, recipient: "admin@example.org" })),
    (error: Error) => /535 5.7.8/.test(error.message) && !error.message.includes("is wrong"),
  );
});

Deno.test("a subject of any characters is one header", { permissions: "none" }, () => {
  const data = mailOf("a@b", "c@d", { ...sample, what: "Knoten\nélan 🚀".repeat(9), why: "" });
  const [head = ""] = data.split("\r\n\r\n");
  for (const row of head.split("\r\n")) assert.match(row, /^[ -~]{1,200}$/);
  assert.match(head, /Subject: =\?utf-8\?B\?/);
});
