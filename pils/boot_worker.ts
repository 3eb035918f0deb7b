/**
 * What a worker runs before its plugin: `boot.ts` over `postMessage`.
 *
 * @module
 */
import { serve } from "./boot.ts";
import type { FromPlugin, ToPlugin } from "./message.ts";

/** What a worker's own scope has beside. */
interface WorkerScope {
  postMessage(message: FromPlugin): void;
  onmessage: (event: MessageEvent<ToPlugin>) => void;
}

const scope = globalThis as typeof globalThis & WorkerScope;
const take = serve(scope.postMessage.bind(scope), scope.close.bind(scope));
scope.onmessage = ({ data }) => take(data);
