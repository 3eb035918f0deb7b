/**
 * A device out of the dialogue of a switch at a serial line: a table of what is sent, and how the
 * answers are read.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { bounded } from "./bounded.ts";
import type { Stonith } from "./contract.ts";
import { type Driver, type Power, powerSwitch } from "./power_switch.ts";
import { SerialLine, type Step } from "./serial_line.ts";
import { targetsOf } from "./targets.ts";

/** Milliseconds of its time that an answer keeps: a read that has begun cannot be broken off. */
const spareMs = 250;

/** What all dialogues have. */
interface Line {
  /** Speed of the line, in baud. */
  readonly baud: number;
  /** Milliseconds that an outlet stays off in a reboot. */
  readonly offMs?: number;
}

/** The dialogue of one family of switches. */
export interface SerialDialogue extends Line {
  /** What asks for the state of an outlet; the answer to the last step holds it. */
  status(outlet: string): readonly Step[];
  /** The state in that answer; undefined if it does not say it. */
  state(said: string, outlet: string): Power | undefined;
  /** What switches an outlet. Its answer is not believed. */
  order(power: Power, outlet: string): readonly Step[];
  /** Says that an order is refused. */
  readonly failed?: RegExp;
}

/** The dialogue of a switch that cannot be asked for the state of an outlet: it only acknowledges. */
export interface AcknowledgingDialogue extends Line {
  /** What a switch answers with `present`, and that changes nothing. */
  readonly probe: readonly Step[];
  readonly present: RegExp;
  /** What switches an outlet. */
  order(power: Power, outlet: string): readonly Step[];
  /** The whole answer to an order that was carried out. */
  readonly done: RegExp;
}

/** Its parameters. */
export interface SerialConfig {
  readonly device: string;
  readonly hostlist: readonly string[];
}

/** Makes it. @throws {Error} if the line cannot be used. */
export async function serialDevice(
  dialogue: SerialDialogue | AcknowledgingDialogue,
  { device, hostlist }: SerialConfig,
): Promise<Stonith> {
  const line = await SerialLine.open({ device, baud: dialogue.baud });
  const name = `the switch at ${device}`;
  let last: Promise<unknown> = Promise.resolve();
  /** One conversation at a time; waiting for the turn counts. */
  const talk: Talk = (steps, timeoutMs) => {
    const before = last;
    const talking = bounded(timeoutMs - spareMs, async (signal) => {
      await before;
      signal.throwIfAborted();
      return await line.talk(steps, signal);
    });
    last = talking.catch(() => {});
    return talking.catch((error) => {
      throw new Error(`${device}: ${messageOf(error)}`);
    });
  };
  const driver = "probe" in dialogue ? acknowledging(dialogue, talk) : asked(dialogue, name, talk);
  const close = () => line.close();
  const { offMs = 0 } = dialogue;
  const made = powerSwitch(targetsOf(hostlist), { ...driver, close }, { name, offMs });
  return {
    ...made,
    async status() {
      try {
        await line.refresh();
      } catch (error) {
        return { ok: false, detail: messageOf(error) };
      }
      return await made.status();
    },
  };
}

/** One conversation; gives what the last step was answered. */
type Talk = (steps: readonly Step[], timeoutMs: number) => Promise<string>;

/** A switch that says whether an outlet is on. */
function asked(dialogue: SerialDialogue, name: string, talk: Talk): Driver {
  return {
    async power(outlet, timeoutMs) {
      const said = await talk(dialogue.status(outlet), timeoutMs);
      const state = dialogue.state(said, outlet);
      if (state !== undefined) return state;
      throw new Error(
        `${name} does not say whether outlet ${outlet} is on: ${JSON.stringify(clip(said, 80))}`,
      );
    },
    async order(outlet, power, timeoutMs) {
      const said = await talk(dialogue.order(power, outlet), timeoutMs);
      if (dialogue.failed?.test(said)) {
        throw new Error(`it refuses to switch outlet ${outlet}: ${clip(said.trim(), 200)}`);
      }
    },
  };
}

/**
 * A switch that only acknowledges: the state is that of its last order, which must have been
 * acknowledged, and the switch must still answer after it.
 */
function acknowledging({ probe, present, order, done }: AcknowledgingDialogue, talk: Talk): Driver {
  const acknowledged = new Map<string, Power>();
  const answers = async (timeoutMs: number): Promise<void> => {
    const said = await talk(probe, timeoutMs);
    if (!present.test(said)) {
      throw new Error(`it does not answer as the switch does: ${JSON.stringify(clip(said, 80))}`);
    }
  };
  return {
    async power(outlet, timeoutMs) {
      const power = acknowledged.get(outlet);
      if (power === undefined) throw new Error("it cannot say whether its outlet is on");
      await answers(timeoutMs);
      return power;
    },
    async order(outlet, power, timeoutMs) {
      acknowledged.delete(outlet);
      const said = await talk(order(power, outlet), timeoutMs);
      if (!done.test(said)) {
        throw new Error(`it refuses to switch its outlet: ${JSON.stringify(clip(said, 80))}`);
      }
      acknowledged.set(outlet, power);
    },
    async check(timeoutMs) {
      await answers(timeoutMs);
      return "it answers";
    },
  };
}
