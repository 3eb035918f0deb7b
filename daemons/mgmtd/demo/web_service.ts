/**
 * The service of the demo that needs nothing but Deno: a web server, looked at over the loopback.
 *
 * @module
 */
import { pause } from "../../../metadata/timer.ts";
import { demoNodes, webXml } from "./files.ts";
import type { DemoService } from "./service.ts";

/** Milliseconds between two fetches while an answer is waited for. */
const fetchMs = 5;
/** Milliseconds that one fetch may take. */
const answerMs = 1_000;

/** The web server at this port of the loopback. */
export function webService(port: number): DemoService {
  const url = `http://127.0.0.1:${port}/`;
  return {
    resource: "web",
    xml: webXml(port),
    answerWords: "the service answers again",
    prepare: () => Promise.resolve(),
    async host(withinMs, not) {
      const until = performance.now() + withinMs;
      for (;;) {
        const page = await fetched(url);
        const node = demoNodes.find((name) => page.includes(`from ${name} `));
        if (node !== undefined && node !== not) return node;
        if (page !== "" && node === undefined) throw new Error(`The page names no node: "${page}"`);
        if (performance.now() > until) {
          throw new Error(`The service does not answer at ${url} within ${withinMs} ms`);
        }
        await pause(fetchMs);
      }
    },
    check: () => Promise.resolve({ ok: true, lines: [], json: {} }),
    close: () => Promise.resolve(),
  };
}

/** The page; nothing if no process listens, or it died. */
async function fetched(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerMs) });
    const text = await response.text();
    return response.ok ? text.trim() : "";
  } catch {
    return "";
  }
}
