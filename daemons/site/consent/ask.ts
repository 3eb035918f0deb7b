/**
 * What a module says that nobody has consented to: it is made of nothing but the text given, as a
 * plugin without any permission, in a process that is ended when it takes too long. What comes back
 * is data by construction.
 *
 * @module
 */
import type { ChildOptions } from "../../../pils/child.ts";
import { filePath, type Found, type Sources } from "../../../pils/found.ts";
import { connectProcess } from "../../../pils/process.ts";
import { startRemote } from "../../../pils/remote.ts";
import { type Limits, type Order, usualLimits } from "../../../pils/running.ts";
import { quietly } from "../../../metadata/within.ts";

/** What a module may take to say what it is. */
const limits: Limits = {
  ...usualLimits,
  loadMs: 5_000,
  callMs: 1_000,
  closeMs: 500,
  heapMiBMax: 64,
  memoryMiBMax: 64,
};

/** A plugin that reads a module, as far as the loader looks at it. */
const reading: Pick<Found, "manifest" | "code" | "shipped"> = {
  manifest: {
    kind: "reader",
    name: "reader",
    version: "1.0.0",
    api: "reader/1",
    summary: {},
    config: [],
    permissions: {},
    license: "MIT",
  },
  code: [],
  shipped: false,
};

/** What a module exports by default, asked of a plugin in a process that may do nothing. */
export async function ask(
  entry: URL,
  sources: Sources,
  options: ChildOptions,
  loadMs = limits.loadMs,
): Promise<unknown> {
  const reader = new URL(`read_${entry.pathname.split("/").at(-1)}`, entry);
  const module = `import * as module from ${JSON.stringify(entry.href)};
export default () => ({ read: () => module.default });`;
  const modules = { ...sources.modules, [reader.href]: module };
  const found = { ...reading, entry: reader, sources: { ...sources, modules } };
  const order: Order = {
    id: filePath(entry),
    found,
    config: {},
    permissions: {},
    isolation: "process",
    limits,
    child: options,
    contract: {
      api: found.manifest.api,
      oldest: 1,
      methods: ["read"],
      optional: [],
      deadlinesMs: {},
    },
    deadlineMs: loadMs,
    log: () => {},
    hide: (text) => text,
    hideIn: (value) => value,
    onEmit: () => {},
    onFault: () => {},
  };
  const { api, close } = await startRemote(order, connectProcess);
  try {
    return await api["read"]?.();
  } finally {
    await quietly(close(limits.closeMs));
  }
}
