import type { Plugin } from "../../../../plugin.ts";
import type { Echo } from "../../handler/echo/contract.ts";
import type manifest from "./manifest.ts";

/** Ends its worker without a word, or its process by a signal. */
async function exit(): Promise<void> {
  if (typeof window === "undefined" && "postMessage" in globalThis) return self.close();
  const { default: process } = await import("node:process");
  process.kill(process.pid, "SIGKILL");
}

const plain: Plugin<typeof manifest, Echo & { close(): void }> = ({ prefix }, host) => {
  let closed = false;
  return {
    say: (text) => prefix + text,
    bytes: (bytes) => bytes.toReversed(),
    fail(text) {
      throw new RangeError(`${prefix}${text}`);
    },
    tell(times) {
      for (let at = 0; at < times; at++) host.emit({ at, bytes: new Uint8Array([at]) });
      return times;
    },
    misbehave(how) {
      switch (how) {
        case "tell its process":
          return Deno.pid;
        case "circle": {
          const circle: { self?: unknown } = {};
          return circle.self = circle;
        }
        case "depth": {
          let deep: unknown = "bottom";
          for (let at = 0; at < 5_000; at++) deep = [deep];
          return deep;
        }
        case "map":
          return new Map([["key", "value"]]);
        case "exit":
          return exit();
        case "throw later":
          setTimeout(() => {
            throw new Error("thrown later");
          });
          return;
        case "loop":
          for (;;);
        case "never answer":
          return new Promise(() => {});
        case "flood":
          for (let at = 0; at < 50_000; at++) host.emit(at);
          return;
        case "chatter":
          for (let at = 0; at < 1_000; at++) console.log(`line ${at}`);
          return;
      }
    },
    close() {
      if (closed) throw new Error("closed twice");
      closed = true;
      host.log("info", "closing");
    },
  };
};
export default plain;
