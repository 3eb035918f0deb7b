/**
 * An attack: the module of a hostile plugin, its goal, and how to detect success.
 *
 * The same module runs twice: as an approved plugin, at the level that the rule gives it, and as a
 * negative control without our defence, where it must work. An attack that works nowhere would
 * prove nothing.
 *
 * @module
 */

/** What an attack knows of its surroundings. */
export interface Surroundings {
  /** A file it has no right to; it holds `loot`. */
  readonly secret: string;
  /** A file it has no right to make. */
  readonly mark: string;
  /** A folder it may not touch; `other.ts` in it exports `loot`. */
  readonly folder: string;
  /** A port on 127.0.0.1 that it is granted; the next one answers too, and is not granted. */
  readonly port: number;
}

/** What the secrets hold. An answer that has it has worked. */
export const loot = "LOOT";

/** How a try ended. */
export interface Outcome {
  /** What the attack gave back, as text. */
  readonly value?: string;
  /** What it died of, or what the daemon made of it. */
  readonly error?: string;
  /** Whether it left its mark. */
  readonly marked: boolean;
}

/** One attack. */
export interface Attack {
  readonly name: string;
  /** Body of an async function of `config: Surroundings`, `host`; what it returns is its loot. */
  readonly body: string;
  /** Body of its `close`. */
  readonly close?: string;
  /** It does not end by itself: its control is not waited for. */
  readonly holds?: true;
  /** It needs nothing but an import, which only a plugin of a stranger is refused. */
  readonly importsOnly?: true;
  /** Milliseconds after its end at which its mark is looked for. */
  readonly markMs?: number;
  /** Before everything else in the module. */
  readonly head?: string;
  /** Permission templates that the plugin is granted: what the attack starts from. */
  readonly permissions?: Readonly<Record<string, readonly string[]>>;
  /** Permissions of the control: what the attack would need, so that it is shown to work. */
  readonly control: (surroundings: Surroundings) => readonly string[];
}

/** Whether an attack has worked. */
export function worked({ value, marked }: Outcome): boolean {
  return marked || (value?.includes(loot) ?? false);
}

/** The module of an attack. */
export function moduleOf({ head = "", body, close = "" }: Attack): string {
  return `${head}
export default (config, host) => ({
  async attack() {
    ${body}
  },
  async close() {
    ${close}
  },
});
`;
}
