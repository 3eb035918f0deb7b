/**
 * The power of a machine, by its management controller. A session serves the questions that follow
 * each other closely; after that it is closed, since controllers have room for a few.
 *
 * @module
 */
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";
import { aborted, bounded } from "../../handler/stonith/bounded.ts";
import type { Driver, Power } from "../../handler/stonith/power_switch.ts";
import { Channel, type Place } from "./channel.ts";
import { open15 } from "./lan15.ts";
import { app, chassis, type Command, completionText } from "./message.ts";
import { type Login, openPlus, type Session } from "./rmcp_plus.ts";
import type { Suite } from "./suite.ts";

/** A controller, and how to log in. */
export interface ControllerOptions extends Place {
  /** The cipher suite; undefined: IPMI 1.5. */
  readonly suite: Suite | undefined;
  /** Asked at each login, so that a new password is used. */
  readonly login: () => Login;
}

/** Milliseconds that a session is kept after its last question. */
const idleMs = 2_000;
/** Milliseconds of one question: after that, a new session is opened. */
const questionMs = 5_000;
/** Milliseconds that opening a session may take. */
const openMs = 8_000;

const [setPrivilege, chassisStatus, chassisControl] = [0x3b, 0x01, 0x02];
/** Data of Chassis Control: 0 takes the power at once. */
const orders: Readonly<Record<Power, number>> = { off: 0, on: 1 };
/** A machine that is off cannot be switched off: the status says what it is. */
const notInThisState = 0xd5;

/** The driver. */
export function controller(options: ControllerOptions): Driver {
  let open: { readonly channel: Channel; readonly session: Session } | undefined;
  let idle: Timer | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function end(): Promise<void> {
    clearTimer(idle);
    const ending = open;
    open = undefined;
    await ending?.session.close();
    await ending?.channel.close();
  }

  /**
   * One question at a time: those of a fencing and of a status share the session, and a session knows
   * only one answer that it waits for. Waiting for the turn counts.
   */
  function ask(command: Command, timeoutMs: number): Promise<Uint8Array | undefined> {
    const until = performance.now() + timeoutMs;
    const before = last;
    const asking = bounded(timeoutMs, async (signal) => {
      await Promise.race([before, aborted(signal)]);
      return await asked(command, until - performance.now());
    });
    last = Promise.allSettled([before, asking]);
    return asking;
  }

  async function asked(command: Command, timeoutMs: number): Promise<Uint8Array | undefined> {
    const until = performance.now() + timeoutMs;
    const left = (ms: number) => Math.min(ms, until - performance.now());
    clearTimer(idle);
    try {
      open ??= await opened(options, left(openMs));
      const { completion, data } = await open.session.ask(command, left(questionMs));
      idle = setTimer(() => void end(), idleMs);
      if (completion === 0) return data;
      if (completion === notInThisState) return undefined;
      throw new Error(`the controller refuses: ${completionText(completion)}`);
    } catch (error) {
      await end();
      throw error;
    }
  }

  return {
    async power(_plug, timeoutMs) {
      const [state] = await ask({ netFn: chassis, code: chassisStatus, data: [] }, timeoutMs) ?? [];
      if (state === undefined) {
        throw new Error("the controller does not say whether the power is on");
      }
      return (state & 1) === 1 ? "on" : "off";
    },
    async order(_plug, power, timeoutMs) {
      const data = [orders[power]];
      await ask({ netFn: chassis, code: chassisControl, data }, timeoutMs);
    },
    close: end,
  };
}

async function opened({ suite, login, ...place }: ControllerOptions, timeoutMs: number) {
  const until = performance.now() + timeoutMs;
  const channel = new Channel(place);
  try {
    const given = login();
    const session = suite === undefined
      ? await open15(channel, given, timeoutMs)
      : await openPlus(channel, suite, given, timeoutMs);
    const raise = { netFn: app, code: setPrivilege, data: [given.privilege] };
    const { completion } = await session.ask(raise, until - performance.now());
    if (completion !== 0) throw new Error(`the privilege: ${completionText(completion)}`);
    return { channel, session };
  } catch (error) {
    await channel.close();
    throw error;
  }
}
