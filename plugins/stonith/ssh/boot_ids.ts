/**
 * The boot id of a node: the kernel makes another one each time it starts, so another one proves that
 * the earlier life of the node has ended.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { pause } from "../../../metadata/timer.ts";
import type { Remote } from "../../handler/stonith/ssh.ts";

/** Milliseconds between two questions. */
const pollMs = 500;
/** Milliseconds of one question while a node boots: the first packets of it may be lost. */
const questionMs = 5_000;

/** See the head of the file. */
export class BootIds {
  readonly #remote: Remote;
  readonly #status: string;
  readonly #reboot: string;

  constructor(
    remote: Remote,
    { statuscommand, rebootcommand }: {
      readonly statuscommand: string;
      readonly rebootcommand: string;
    },
  ) {
    this.#remote = remote;
    this.#status = statuscommand;
    this.#reboot = rebootcommand;
  }

  /** Asks nodes for theirs. @throws {Error} if one does not answer. */
  async all(hosts: readonly string[], timeoutMs: number): Promise<string> {
    const until = performance.now() + timeoutMs;
    const said: string[] = [];
    for (const host of hosts) said.push(`${host} has boot id ${await this.#of(host, until)}`);
    return said.join(", ");
  }

  /** Reboots a node, and waits for another id. @throws {Error} if it did not come in time. */
  async reboot(host: string, until: number): Promise<string> {
    const before = await this.#of(host, until);
    let last = "it does not answer";
    // The node ends while it obeys, so how the command ends says nothing.
    const orderMs = Math.min(questionMs, until - performance.now());
    await this.#remote(host, this.#reboot, orderMs).catch((error) => last = messageOf(error));
    while (performance.now() < until) {
      try {
        const now = await this.#of(host, Math.min(until, performance.now() + questionMs));
        if (now !== before) return `${host} has booted again: its boot id is ${now}, not ${before}`;
        last = `it still runs with boot id ${before}`;
      } catch (error) {
        last = messageOf(error);
      }
      await pause(Math.min(pollMs, Math.max(0, until - performance.now())));
    }
    throw new Error(`${host} was ordered to reboot, but did not show that it has: ${last}`);
  }

  async #of(host: string, until: number): Promise<string> {
    const said = await this.#remote(host, this.#status, Math.max(1, until - performance.now()));
    if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(said)) return said;
    throw new Error(`${host} says "${clip(said, 80)}", which is not a boot id`);
  }
}
