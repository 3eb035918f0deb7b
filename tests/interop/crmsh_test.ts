/**
 * Debian's crmsh, unmodified, in a session of seventy lines: exit codes and outputs are those that it
 * had on Pacemaker 2.1.5 (`crmsh/session.txt`), or the record says why not.
 *
 *     deno task interop crmsh
 *
 * Wants root, and Debian's crmsh, resource-agents and iproute2; without them it says so.
 *
 * @module
 */
import assert from "node:assert/strict";
import { project } from "../../daemons/mgmtd/commands/testing/site.ts";
import { canMakeSpaces, inSpaces, missing, scratch } from "../lab/spaces.ts";
import { recordedIn, reducedOf } from "./crmsh/recorded.ts";

const files = [
  "/usr/sbin/crm",
  "/usr/sbin/ip",
  "/usr/lib/ocf/resource.d/heartbeat/Dummy",
  "/usr/lib/ocf/resource.d/pacemaker/Stateful",
];

Deno.test("a session of crmsh is on this cluster what it was on Pacemaker", async () => {
  const lacks = missing(files);
  if (lacks.length > 0) return console.log(`Skipped: there is no ${lacks.join(", ")}`);
  if (!await canMakeSpaces()) return console.log("Skipped: only root can make namespaces");
  const success = await inSpaces({
    module: "interop/crmsh/inside.ts",
    grant: {
      net: ["n1", "n2"].map((node) => `unix:${scratch}/crmsh/${node}/run/cluster.sock`),
      read: [project, "/run/machines"],
      write: [scratch],
      run: [Deno.execPath(), "/bin/sh"],
      env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
    },
  });
  assert.ok(success);
});

Deno.test("a record of a session is read, with what this cluster answers otherwise", () => {
  const text = "$ wait\n$ node show\n= 0\nn1(1): member\n~ a reason\n= 1\nno\n";
  assert.deepEqual(recordedIn(text), [
    { line: "wait", theirs: { code: 0, lines: [] } },
    {
      line: "node show",
      theirs: { code: 0, lines: ["n1(1): member"] },
      ours: { code: 1, lines: ["no"], why: "a reason" },
    },
  ]);
  assert.throws(() => recordedIn("$ node show\n"), /no exit code/);
  assert.deepEqual(
    reducedOf(
      "\x1b[33mWARNING\x1b[0m: x\n  * Current DC: n2 (version 2.1.5) - y\n\n  * Stack: z\n",
    ),
    ["WARNING: x", "  * Current DC: NODE - y"],
  );
});
