/**
 * Runs in a worker before its plugin: `boot.ts` over `postMessage`.
 *
 * @module
 */
import { serve } from "./boot.ts";
import { errorData } from "./errors.ts";
import type { FromPlugin, ToPlugin } from "./message.ts";
import { sendingPlain } from "../metadata/plain_data.ts";

/** What a worker's own scope has beside. */
interface WorkerScope {
  postMessage(message: FromPlugin): void;
  onmessage: (event: MessageEvent<ToPlugin>) => void;
}

const scope = globalThis as typeof globalThis & WorkerScope;
const [send, leave] = [sendingPlain(scope.postMessage.bind(scope)), scope.close.bind(scope)];

/** An uncaught error goes to the daemon, which hides secrets; Deno would print them. */
function die(event: Event, error: unknown): void {
  event.preventDefault();
  send({ type: "died", error: errorData(error) });
  leave();
}

scope.addEventListener("error", (event) => die(event, event.error));
scope.addEventListener("unhandledrejection", (event) => die(event, event.reason));
const take = serve(send, leave);
scope.onmessage = ({ data }) => take(data);
