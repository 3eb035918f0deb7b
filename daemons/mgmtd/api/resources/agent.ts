/**
 * Names of agents: `ocf:heartbeat:IPaddr2`, `lsb:sshd`, `stonith:fence_ipmilan`.
 *
 * @module
 */
import type { Problems } from "../problems.ts";

/** An agent, as a primitive names it. */
export interface Agent {
  readonly class: string;
  readonly provider?: string;
  readonly type: string;
}

/** Classes whose agents belong to a provider. */
const withProvider: ReadonlySet<string> = new Set(["ocf", "deno"]);

/** Reads a name; else a problem. */
export function agentIn(text: string, problems: Problems): Agent | undefined {
  const [kind = "", second = "", third, ...more] = text.split(":");
  // A unit of systemd may have colons in its name.
  const isPlain = !withProvider.has(kind);
  const type = isPlain
    ? [second, third, ...more].filter((part) => part !== undefined).join(":")
    : third;
  const word = /^[\w@.:-]+$/;
  if (
    isPlain ? word.test(kind) && word.test(type ?? "") : word.test(second) && word.test(type ?? "")
  ) {
    if (more.length === 0 || isPlain) {
      return isPlain
        ? { class: kind, type: type ?? "" }
        : { class: kind, provider: second, type: type ?? "" };
    }
  }
  problems.wrong(
    `"${text}" names no agent. Fix: write CLASS:PROVIDER:TYPE as ocf:heartbeat:IPaddr2, or CLASS:TYPE ` +
      "as systemd:nginx; ha resource agents lists them",
  );
  return undefined;
}
