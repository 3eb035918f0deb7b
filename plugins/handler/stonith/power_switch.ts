/**
 * A fencing device out of what its driver can do with one plug: say whether it is on, and take an
 * order. What belongs to fencing itself is here, the same for every device:
 *
 * - A device gets an order only after it has answered. What is sent into a network that is cut may wait
 *   there, also after it was given up, and arrive when the network is whole: it would end the next life
 *   of a node that was fenced otherwise meanwhile. A driver whose orders begin with a conversation of
 *   their own, as a program's do, says so (`greets`).
 * - An order is not believed. After `off` the device is asked until it says that the plug is off. One
 *   that says "done" and still says "on" at the end of the time has failed.
 * - A node with two plugs is off when both are off at the same time.
 * - `reboot` is `off`, confirmed, and then `on`. The node is fenced by the first half: a device that
 *   cannot switch it on again reports that in the detail.
 * - One order at a time, and each within its time: what waits for another waits in its own time.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import { pause } from "../../../metadata/timer.ts";
import type { FenceAction, FenceResult, Stonith } from "./contract.ts";
import type { Targets } from "./targets.ts";

/** What a plug is. */
export type Power = "on" | "off";

/** What a driver does. Each call must end, well or with an error, within its milliseconds. */
export interface Driver {
  /** What the device says of a plug now. @throws {Error} with the device's reason. */
  power(plug: string, timeoutMs: number): Promise<Power>;
  /** Gives an order. What the device answers is not believed. @throws {Error} if it refuses. */
  order(plug: string, power: Power, timeoutMs: number): Promise<void>;
  /**
   * Resets a plug in one order, for a device that cannot say what a plug is: then this order is its
   * `reboot`, and that it ends well all that it says.
   */
  reset?(plug: string, timeoutMs: number): Promise<void>;
  /** Whether the device answers, where that is asked otherwise than plug by plug. */
  check?(timeoutMs: number): Promise<string>;
  /** Ends what is under way. */
  close?(): void | Promise<void>;
}

/** The plugs, or what asks the device for them. */
export type TargetsOrAsk = Targets | ((timeoutMs: number) => Promise<Targets>);

/** What differs between devices. */
export interface SwitchOptions {
  /** Milliseconds that a plug stays off in a reboot: a power supply bridges a short gap. */
  readonly offMs?: number;
  /** What the device is called in details. */
  readonly name: string;
  /**
   * An order begins with a login or a question of its own, and is sent only after the device's answer:
   * so it needs no question before. Programs of the field do, and each costs a start of a process.
   */
  readonly greets?: boolean;
}

/** Milliseconds that all questions of `status` may take; the handler waits a little longer. */
const statusMs = 15_000;
/** Milliseconds between two looks, at first and at most. */
const lookMs = 50;
const lookMsMax = 1_000;
/** Questions in a row that may fail while a change is awaited: a packet may be lost. */
const failuresMax = 3;
/** Characters of a detail, by the contract. */
const detailCharactersMax = 1_024;

/** Makes the methods of the kind. */
export function powerSwitch(
  given: TargetsOrAsk,
  driver: Driver,
  options: SwitchOptions,
): Stonith {
  const ask = async (timeoutMs: number): Promise<Targets> =>
    typeof given === "function" ? await given(timeoutMs) : given;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
  return {
    hosts: async () => [...(await ask(statusMs)).keys()],
    status: () => answered(async () => await statusOf(await ask(statusMs), driver, options)),
    fence(action, host, timeoutMs) {
      const until = performance.now() + timeoutMs;
      return inTurn(() =>
        answered(async () => {
          const targets = await ask(leftOf(until));
          const plugs = targets.get(host);
          if (plugs !== undefined) {
            return await act(action, host, plugs, { driver, options, until });
          }
          const known = [...targets.keys()].join(", ");
          return { ok: false, detail: `"${host}" is not one of ${known || "no nodes"}` };
        })
      );
    },
    close: () => driver.close?.(),
  };
}

/** An answer of at most the characters that the contract has; an error is one too. */
async function answered(work: () => Promise<FenceResult>): Promise<FenceResult> {
  const { ok, detail } = await work().catch((error) => ({ ok: false, detail: messageOf(error) }));
  return { ok, detail: detail.slice(0, detailCharactersMax) };
}

async function statusOf(
  targets: Targets,
  driver: Driver,
  { name }: SwitchOptions,
): Promise<FenceResult> {
  if (driver.check !== undefined) {
    return { ok: true, detail: `${name} says: ${await driver.check(statusMs)}` };
  }
  const until = performance.now() + statusMs;
  const said: string[] = [];
  for (const [host, plugs] of targets) {
    for (const plug of plugs) {
      const power = await driver.power(plug, leftOf(until));
      said.push(`${host}${plugs.length > 1 ? ` (${plug})` : ""} is ${power}`);
    }
  }
  return { ok: true, detail: `${name} says: ${said.join(", ")}` };
}

/** One action under way. */
interface Act {
  readonly driver: Driver;
  readonly options: SwitchOptions;
  /** `performance.now()` by which it must have answered. */
  readonly until: number;
}

async function act(
  action: FenceAction,
  host: string,
  plugs: readonly string[],
  given: Act,
): Promise<FenceResult> {
  const { driver, options: { name, offMs = 0 } } = given;
  if (action === "reboot" && driver.reset !== undefined) {
    for (const plug of plugs) await driver.reset(plug, leftOf(given.until));
    await driver.check?.(leftOf(given.until));
    return { ok: true, detail: `${name} says that it has reset ${host}` };
  }
  const first = action === "on" ? "on" : "off";
  await reach(plugs, first, given);
  if (action !== "reboot") return { ok: true, detail: `${name} says that ${host} is ${first}` };
  const fenced = `${name} said that ${host} is off`;
  try {
    await pause(Math.min(offMs, leftOf(given.until)));
    await reach(plugs, "on", given);
    return { ok: true, detail: `${fenced}, and now that it is on` };
  } catch (error) {
    return { ok: true, detail: `${fenced}. It is not on again: ${messageOf(error)}` };
  }
}

/** Orders it, and asks until every plug is there. @throws {Error} if that is not so in time. */
async function reach(plugs: readonly string[], power: Power, given: Act): Promise<void> {
  const { driver, options: { name, greets = false }, until } = given;
  for (const plug of plugs) {
    if (!greets) await (driver.check?.(leftOf(until)) ?? driver.power(plug, leftOf(until)));
    await driver.order(plug, power, leftOf(until));
  }
  let failures = 0;
  let waitMs = lookMs;
  for (;;) {
    let other: string | undefined;
    try {
      for (const plug of plugs) {
        if (await driver.power(plug, leftOf(until)) !== power) other ??= plug;
      }
      if (other === undefined) return;
      failures = 0;
    } catch (error) {
      if (++failures >= failuresMax) throw error;
    }
    if (performance.now() + waitMs >= until) {
      if (other === undefined) throw new Error(`${name} did not answer in time`);
      const opposite = power === "on" ? "off" : "on";
      throw new Error(`${name} took the order "${power}", but plug ${other} is still ${opposite}`);
    }
    await pause(waitMs);
    waitMs = Math.min(waitMs * 2, lookMsMax);
  }
}

/** Milliseconds left. @throws {Error} if there are none. */
function leftOf(until: number): number {
  const ms = until - performance.now();
  if (ms <= 0) throw new Error("its time is over");
  return ms;
}
