/**
 * A thread that runs one seed after the other, and may do nothing else.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { type Order, runOrder } from "./order.ts";

self.onmessage = ({ data }: MessageEvent<Order>) => self.postMessage(runOrder(data));
self.postMessage("ready");
