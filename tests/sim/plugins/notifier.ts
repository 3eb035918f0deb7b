/**
 * Stands for every plugin of kind `notifier`, and watches how it is called: for each recipient in order,
 * one call at a time. A recipient called `hangs` never answers, one called `slow` takes its time.
 *
 * @module
 */
import type { Alert } from "../../../plugins/handler/notifier/contract.ts";
import { graceMs } from "../../../daemons/alerts/limits.ts";
import { ok, type SimHost, type SimPlugin } from "../sim_plugin.ts";

/** Milliseconds that a slow recipient takes. */
const slowMs = 700;

/** What the last call for a recipient was. */
interface Last {
  readonly sequence: number;
  readonly at: number;
  answered: boolean;
}

/** Tells nobody. */
export function notifier(host: SimHost): SimPlugin {
  const { node } = host;
  const last = new Map<string, Last>();
  const fail = (code: string, text: string) =>
    node.world.fail(code, `${node.name} ${host.instance}: ${text}`);
  return {
    call(_method, [argument], answer) {
      const { recipient, sequence, timeoutMs } = argument as Alert; // the machine's own call
      const before = last.get(recipient);
      if (before !== undefined && sequence !== 0 && sequence <= before.sequence) {
        fail("ALERT1", `alert ${sequence} for ${recipient} after ${before.sequence}`);
      }
      const overMs = timeoutMs + graceMs;
      if (before !== undefined && !before.answered && node.ms - before.at < overMs - 1) {
        fail("ALERT2", `alert ${sequence} for ${recipient} while ${before.sequence} is under way`);
      }
      const call: Last = { sequence, at: node.ms, answered: false };
      last.set(recipient, call);
      const done = () => {
        call.answered = true;
        answer(ok());
      };
      if (recipient === "hangs") return;
      if (recipient !== "slow") return done();
      node.after(slowMs * 1_000, () => node.whenRunning(done));
    },
  };
}
