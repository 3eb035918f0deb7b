/**
 * The daemon's side of an isolated plugin, over all of its lives: calls with deadlines.
 *
 * @module
 */
import type { Connect } from "./life.ts";
import { Lives } from "./lives.ts";
import { Questions } from "./questions.ts";
import type { Order, Running } from "./running.ts";

/**
 * Starts a plugin behind `connect`; one that cannot start is not restarted.
 * @throws {Error} if it does not start within the order's deadline
 */
export async function startRemote(order: Order, connect: Connect): Promise<Running> {
  const { id, limits, contract } = order;
  const questions = new Questions(order);
  const lives = new Lives(order, connect, questions);

  async function call(method: string, parameters: readonly unknown[]): Promise<unknown> {
    if (lives.isClosing) throw new Error(`"${id}" is closed`);
    if (questions.size >= limits.callsMax) {
      throw new Error(`"${id}" has ${limits.callsMax} calls under way; "${method}" is refused`);
    }
    const deadlineMs = contract.deadlinesMs[method] ?? limits.callMs;
    const late = `"${id}" did not answer "${method}" within ${deadlineMs} ms`;
    // A call at the very moment of a fault is answered by the next life.
    const life = Promise.resolve().then(() => lives.next);
    return await questions.ask(life, { type: "call", method, parameters }, deadlineMs, late);
  }

  const { methods = [] } = await lives.next;
  const api = Object.fromEntries(
    methods.map((name) => [name, (...parameters: unknown[]) => call(name, parameters)]),
  );
  return {
    methods,
    api: Object.freeze(api),
    restarts: () => lives.restarts,
    close: (deadlineMs) => lives.close(deadlineMs),
  };
}
