/**
 * The thread of the policy engine. It is started with no permission at all, takes a CIB, and gives
 * back what is to be done.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { Answered, Asked } from "./thread.ts";
import { collectOnce } from "../../metadata/collect.ts";
import { decide } from "./decide.ts";

collectOnce();

self.onmessage = ({ data: { number, cib, nowS } }: MessageEvent<Asked>) => {
  self.postMessage({ number, answer: decide(cib, nowS) } satisfies Answered);
};
