/**
 * A power switch with a command line, as a table of its dialogue: what it asks at the login, its
 * prompt, its commands, and how its status screen is read.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { bounded } from "./bounded.ts";
import type { Driver, Power } from "./power_switch.ts";
import type { Secret } from "./secret_file.ts";
import { Telnet } from "./telnet.ts";
import { unsuccessful } from "./fault.ts";

/** What is always answered in one way. */
export interface Question {
  readonly asked: RegExp;
  readonly given: string;
}

/** The dialogue of one family of switches. */
export interface SwitchDialogue {
  /** What it asks for at the login, and what is given. */
  readonly userAsked: RegExp;
  readonly passwordAsked: RegExp;
  /** Says that the login is refused. */
  readonly refused: RegExp;
  /** Ends each answer. */
  readonly prompt: RegExp;
  /** A question with one answer: a menu before the prompt, and "Sure?" after a command. */
  readonly menu?: Question;
  readonly confirm?: Question;
  /** What it shows when a screen goes on after an empty line. */
  readonly more: RegExp;
  readonly statusCommand: string;
  /** The state of an outlet on the status screen; undefined if it is not there. */
  state(screen: string, outlet: string): string | undefined;
  /** The command that switches, which asks nothing but `confirm`. */
  command(power: Power, outlet: string): string;
  /** Says that a command is refused. */
  readonly failed: RegExp;
  readonly byeCommand: string;
}

/** A switch, and who logs in. */
export interface DialogueSwitch {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
}

/** Steps of a login, and pages of a screen, at most. */
const stepsMax = 16;

/** The driver of a switch: one conversation at a time, since it serves no second. */
export function dialogueDriver(dialogue: SwitchDialogue, given: DialogueSwitch): Driver {
  let last: Promise<unknown> = Promise.resolve();
  /** Waiting for the turn counts. */
  const talk = (timeoutMs: number, line: string): Promise<string> => {
    const before = last;
    const talking = bounded(timeoutMs, async (signal) => {
      await before;
      signal.throwIfAborted();
      return await Telnet.with(given, signal, async (telnet) => {
        await login(telnet, dialogue, given);
        const screen = await answer(telnet, dialogue, line);
        await telnet.leave(dialogue.byeCommand);
        return screen;
      });
    });
    last = talking.catch(() => {});
    return talking.catch((error) => {
      throw new Error(given.password.hide(`${given.address}: ${messageOf(error)}`));
    });
  };
  return {
    async power(outlet, timeoutMs) {
      const screen = await talk(timeoutMs, dialogue.statusCommand);
      const state = dialogue.state(screen, outlet);
      if (state === undefined) throw new Error(`its status screen has no outlet ${outlet}`);
      if (/^off$/i.test(state)) return "off";
      // With a sign behind it the switch is not done: that is not off.
      if (/^(?:on|off)\W*$/i.test(state)) return "on";
      throw new Error(`outlet ${outlet} is "${clip(state, 40)}", expected on or off`);
    },
    async order(outlet, power, timeoutMs) {
      const said = await talk(timeoutMs, dialogue.command(power, outlet));
      if (dialogue.failed.test(said)) {
        throw new Error(`it refuses to switch outlet ${outlet}: ${clip(said.trim(), 200)}`);
      }
    },
  };
}

async function login(
  telnet: Telnet,
  { userAsked, passwordAsked, refused, prompt, menu }: SwitchDialogue,
  { user, password }: DialogueSwitch,
): Promise<void> {
  let tried = false;
  for (let step = 0; step < stepsMax; step++) {
    const { at } = await telnet.expect(
      prompt,
      refused,
      userAsked,
      passwordAsked,
      ...(menu === undefined ? [] : [menu.asked]),
    );
    if (at === 0) return;
    if (at === 4) {
      await telnet.send(menu?.given ?? "");
      continue;
    }
    // It asks again if the password was wrong.
    if (at === 1 || (at === 3 && tried)) {
      throw unsuccessful("it refuses the user or password", "correct them");
    }
    await telnet.send(at === 2 ? user : password.value());
    tried ||= at === 3;
  }
  throw new Error(`its login has more than ${stepsMax} steps`);
}

async function answer(
  telnet: Telnet,
  { prompt, more, confirm }: SwitchDialogue,
  line: string,
): Promise<string> {
  await telnet.send(line);
  let screen = "";
  for (let page = 0; page < stepsMax; page++) {
    const questions = confirm === undefined ? [more] : [more, confirm.asked];
    const { at, text } = await telnet.expect(prompt, ...questions);
    screen += text;
    if (at === 0) return screen;
    await telnet.send(at === 2 ? confirm?.given ?? "" : "");
  }
  throw new Error(`its screen has more than ${stepsMax} pages`);
}
