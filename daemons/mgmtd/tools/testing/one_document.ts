/**
 * A cluster that is one document: programs read and change it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { applyChanges, readCib, textOf, versionOf } from "../../../cib/doors/document.ts";
import type { Client } from "../../../runtime/client.ts";
import { runTool } from "../mod.ts";
import type { ToolCall } from "../tool.ts";

/** The cluster of a document. */
export function clusterOf(text: string) {
  let root = readCib(text);
  const client: Client = {
    send() {},
    ask(_service, message, matches) {
      let answer;
      if (message.type === "cib/apply") {
        const made = applyChanges(root, message.changes);
        if (made.ok) root = made.root;
        answer = { type: "cib/applied", id: message.id, ok: made.ok } as const;
      } else {
        const id = message.type === "cib/query" ? message.id : "";
        answer = { type: "cib/document", id, version: versionOf(root), xml: textOf(root) } as const;
      }
      assert.ok(matches(answer));
      return Promise.resolve(answer);
    },
    services: () => ["cib"],
    closed: Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { client, text: () => textOf(root) };
}

/** Runs a program; gives its exit code and all that it prints. `now` is 2027-01-15. */
export async function run(
  program: string,
  args: readonly string[],
  client: Client,
  more: Partial<ToolCall> = {},
): Promise<{ readonly code: number; readonly text: string }> {
  let text = "";
  const code = await runTool(program, {
    args,
    client: () => Promise.resolve(client),
    cluster: () => Promise.resolve(client),
    heartbeat: () => Promise.resolve(client),
    shadow: { folder: "/nowhere", active: undefined },
    stdin: () => Promise.resolve(""),
    read: () => Promise.resolve(""),
    out: (one) => void (text += one),
    err: (one) => void (text += `${one}\n`),
    now: () => 1_800_000_000_000,
    token: () => "00000000",
    user: "ann",
    project: "/nowhere",
    ...more,
  }, "/nowhere");
  return { code, text };
}
