/**
 * A played switch for tests, with one session at a time and three languages: WTI's of the NPS, the same
 * with a user, and BayTech's; from their manuals.
 *
 * @module
 */
import { pause } from "../../../metadata/timer.ts";
import type { Mood } from "./testing_moods.ts";

/** Its password. */
export const password = "turnstile 9";

/** See the head of the file. */
export class TestingSwitch {
  mood: Mood = "good";
  readonly plugs: Record<string, string> = { "1": "ON", "2": "ON" };
  /** It asks for a user too, begins with options of telnet, and shows its screen in two pages. */
  isNew = false;
  /** It speaks BayTech's. */
  isBaytech = false;
  #sure: string | undefined;
  #listener: Deno.Listener | undefined;
  readonly #open = new Set<Deno.Conn>();
  #serving: Promise<void> | undefined;

  start(port: number): void {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.#serving = this.#accept(this.#listener);
  }

  async close(): Promise<void> {
    this.#listener?.close();
    for (const conn of this.#open) end(conn);
    await this.#serving;
  }

  set(mood: Mood): void {
    this.mood = mood;
    if (mood === "good") this.plugs["1"] = this.plugs["2"] = "ON";
  }

  async #accept(listener: Deno.Listener): Promise<void> {
    const sessions: Promise<void>[] = [];
    for await (const conn of listener) {
      // It refuses a second session, as the guide says.
      if (this.#open.size > 0) end(conn);
      else sessions.push(this.#session(conn));
    }
    await Promise.all(sessions);
  }

  async #session(conn: Deno.Conn): Promise<void> {
    this.#open.add(conn);
    const say = async (text: string) => {
      if (this.mood !== "hangs") await conn.write(new TextEncoder().encode(text));
    };
    try {
      if (this.isNew) await conn.write(Uint8Array.of(255, 251, 1, 255, 253, 24, 255, 251, 3));
      const prompt = this.isBaytech ? "RPC-3>" : "NPS> ";
      const asksUser = this.isNew || this.isBaytech;
      await say(
        this.isBaytech
          ? "\r\nEnter username>"
          : this.isNew
          ? "\r\nLogin: "
          : "\r\nEnter Password: ",
      );
      let user = asksUser ? undefined : "";
      let inMenu = this.isBaytech;
      let isIn = false;
      for await (const line of linesOf(conn)) {
        if (this.mood === "drops") return;
        if (this.mood === "slow") await pause(50);
        if (user === undefined) {
          user = line;
          await say(this.isBaytech ? "Enter password>" : "Password: ");
        } else if (!isIn) {
          isIn = line === password && (!asksUser || user === "fencer");
          const first = inMenu
            ? "\r\n1)...Outlet Control\r\n\r\nEnter Selection>"
            : `\r\n${prompt}`;
          await say(isIn ? first : `\r\nInvalid Password ${line}\r\nEnter Password: `);
        } else if (inMenu) {
          inMenu = line !== "1";
          await say(`\r\n${prompt}`);
        } else if (line === "/X" || line === "Logout") return;
        else {
          const said = this.isBaytech ? this.#baytech(line) : this.#wti(line);
          await say(said.endsWith("(Y/N)?") ? said : `${said}\r\n${prompt}`);
        }
      }
    } catch {
      // The line was closed.
    } finally {
      this.#open.delete(conn);
      end(conn);
    }
  }

  #wti(line: string): string {
    if (line === "/S") {
      const rows = Object.entries(this.plugs).map(([plug, state]) =>
        ` ${plug}   | server${plug}         | 0.5 Secs   | ${state.padEnd(5)} | ON  |\r\n`
      );
      return "\r\nPLUG | NAME            | BOOT DELAY | STATUS | DEFAULT |\r\n" +
        `-----+-----------------+------------+--------+---------+\r\n${rows.join("")}`;
    }
    const [, word = "", plug = ""] = /^\/(ON|OFF) (\w+),Y$/i.exec(line) ?? [];
    if (this.mood === "refuses" || this.plugs[plug] === undefined) return "\r\nInvalid command\r\n";
    this.#switch(word, plug);
    return "\r\nSwitching...\r\n";
  }

  #baytech(line: string): string {
    if (line === "Status") {
      const rows = Object.entries(this.plugs).map(([plug, state]) =>
        ` ${plug})...OUTLET ${plug}       : ${state === "ON" ? "On" : "Off"}\r\n`
      );
      return `\r\nRPC-3 Power Control\r\n\r\nCircuit Breaker : On\r\n\r\n${rows.join("")}`;
    }
    if (line === "Y" && this.#sure !== undefined) {
      const [word = "", plug = ""] = this.#sure.split(" ");
      this.#sure = undefined;
      if (this.mood === "refuses") return "\r\nInvalid command\r\n";
      this.#switch(word, plug);
      return "\r\n";
    }
    const [, word = "", plug = ""] = /^(On|Off) (\d+)$/.exec(line) ?? [];
    if (this.plugs[plug] === undefined) return "\r\nInvalid command\r\n";
    this.#sure = `${word} ${plug}`;
    return `\r\nTurn ${word} Outlet ${plug} (Y/N)?`;
  }

  #switch(word: string, plug: string): void {
    if (this.mood !== "lies") this.plugs[this.mood === "other" ? "2" : plug] = word.toUpperCase();
  }
}

function end(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch { /* it is closed */ }
}

/** Lines without the answers to options. */
async function* linesOf(conn: Deno.Conn): AsyncGenerator<string> {
  let text = "";
  const buffer = new Uint8Array(1_024);
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return;
    text += String.fromCharCode(...buffer.subarray(0, count)).replace(/\xff[\xfb-\xfe]./gs, "");
    for (let at = text.indexOf("\r\n"); at >= 0; at = text.indexOf("\r\n")) {
      const line = text.slice(0, at);
      text = text.slice(at + 2);
      yield line;
    }
  }
}
