/**
 * What a worker runs before its plugin: `boot.ts` over `postMessage`.
 *
 * @module
 */
import { serve } from "./boot.ts";
import type { FromPlugin, ToPlugin } from "./message.ts";

/** The two things of a worker's own scope that are used here. */
interface WorkerScope {
  postMessage(message: FromPlugin): void;
  close(): void;
  onmessage: ((event: MessageEvent<ToPlugin>) => void) | null;
}

const scope = globalThis as typeof globalThis & WorkerScope;
const post = scope.postMessage.bind(scope);
const leave = scope.close.bind(scope);
const take = serve(post, leave);
scope.onmessage = (event) => take(event.data);
