/**
 * What is asked of a plugin that a test plays itself: one method, and quick bounds.
 *
 * @module
 */
import { type Order, usualLimits } from "../running.ts";

/** See the head of the file. */
export const playedOrder: Order = {
  id: "echo/played",
  found: {
    manifest: {
      kind: "echo",
      name: "played",
      version: "1.0.0",
      api: "echo/1",
      summary: {},
      config: [],
      permissions: {},
      license: "MIT",
    },
    entry: new URL("file:///played/mod.ts"),
    code: [],
    shipped: false,
  },
  config: {},
  permissions: {},
  isolation: "process",
  limits: { ...usualLimits, restartDelayMs: 1, restartsMax: 2, callMs: 500, pingMs: 10 },
  child: { denoPath: "" },
  contract: { api: "echo/1", oldest: 1, methods: ["say"], optional: ["close"], deadlinesMs: {} },
  deadlineMs: 500,
  log: () => {},
  hide: (text) => text,
  hideIn: (value) => value,
  onEmit: () => {},
  onFault: () => {},
};
