/**
 * A thread whose only machine fails: when it is started, or once it runs and hears of a service.
 *
 * @module
 */
import { serveThread } from "../thread_inside.ts";

serveThread<{ readonly fails: "at the start" | "later" }>(({ fails }) => {
  if (fails === "at the start") throw new Error("it has no legs");
  return Promise.resolve({
    process: "tried",
    node: "alice",
    machines: [{
      service: "tried",
      state: {},
      step(_state, event) {
        if (event.type === "start") return [{ type: "timer", name: "fall", inMs: 1 }];
        if (event.type === "timer") throw new Error("it fell");
        return [];
      },
    }],
    stores: new Map(),
  });
});
