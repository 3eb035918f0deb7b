import assert from "node:assert/strict";
import { conform } from "../../../conform.ts";
import { testingHost } from "../../../testing_host.ts";
import { clauses } from "../../conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

/** A program to try it on. */
const program = decodeURIComponent(new URL("example_switch.sh", import.meta.url).pathname);
const host = `alice${Deno.pid}`;

async function power(word: string): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args: [word, host], stdin: "null" })
    .output();
  return new TextDecoder().decode(stdout).trim();
}

conform(clauses, {
  manifest,
  plugin,
  config: { program, hostlist: [host] },
  given: {
    host,
    revive: async () => void await power("on"),
    misdirected: [{ program: "/bin/true" }, { program: "/nowhere/switch" }],
    alive: async () => await power("status") === "on",
  },
});

Deno.test("a program that only claims to switch is not believed", {
  permissions: { run: ["/bin/echo", program] },
}, async () => {
  await power("on"); // and nothing is left of the suite
  const api = await plugin({ program: "/bin/echo", hostlist: [host] }, testingHost());
  const { ok, detail } = await api.fence("off", host, 5_000);
  assert.equal(ok, false, detail);
});
