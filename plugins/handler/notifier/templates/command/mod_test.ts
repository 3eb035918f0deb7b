import assert from "node:assert/strict";
import { conform } from "../../../conform.ts";
import { testingHost } from "../../../testing_host.ts";
import { clauses, sample } from "../../conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, { manifest, plugin, config: { program: "/bin/cat" } });

Deno.test(
  "a program that fails is an error",
  { permissions: { run: ["/bin/false"] } },
  async () => {
    const api = await plugin({ program: "/bin/false" }, testingHost());
    await assert.rejects(Promise.resolve(api.notify(sample)), /ended with code 1/);
  },
);
