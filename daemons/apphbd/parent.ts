/**
 * The way to the recovery manager: lines on the standard output, which it reads of its children. Only
 * what was said last of each application waits, so what waits is bounded by the names of a node.
 *
 * @module
 */
import type { Api } from "../../pils/plugin.ts";

/** Names that wait at most; more are dropped, the oldest first. */
const namesMax = 1_000;

/** Lines that the recovery manager has sent. */
export interface FromParent {
  told: (line: string) => void;
}

/**
 * The parent as something that the machine loads.
 *
 * @param write undefined: this process has no recovery manager
 */
export function parent(
  from: FromParent,
  write: ((bytes: Uint8Array) => Promise<unknown>) | undefined,
): (emit: (event: unknown) => void) => Api {
  return (emit) => {
    const waiting = new Map<string, string>();
    let writing = false;
    from.told = emit;
    const drain = async () => {
      if (writing || write === undefined) return;
      writing = true;
      try {
        for (const [name, line] of waiting) {
          waiting.delete(name);
          await write(new TextEncoder().encode(`${line}\n`));
        }
      } catch {
        // Nobody reads any more: this process ends.
      } finally {
        writing = false;
      }
    };
    return {
      tell(name: string, line: string) {
        waiting.delete(name);
        waiting.set(name, line);
        const [oldest] = waiting.size > namesMax ? waiting.keys() : [];
        if (oldest !== undefined) waiting.delete(oldest);
        void drain();
      },
      close: () => void (from.told = () => {}),
    };
  };
}
