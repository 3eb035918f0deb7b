/**
 * The configuration that the node runs with. It is kept beside the sockets, and the daemons are
 * started by that copy: a file that somebody is still editing changes nothing until it was read
 * again and found good, even if a daemon is restarted meanwhile.
 *
 * @module
 */
import { diagnosticText } from "../../metadata/diagnostic.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { descriptions } from "../processes.ts";
import { bytesMax, readText } from "../site/bounded_file.ts";
import type { ProcessList } from "../site/description.ts";
import { refuseUntrustedNode } from "../site/trusted_path.ts";
import { type NodeConfig, readNodeConfig } from "../site/node_config/read.ts";
import type { Reread } from "./reload.ts";
import { refuseTamperedForSite } from "./site_packages.ts";

/**
 * Fields that take effect in a running node, and the daemons that are restarted for them, by their
 * descriptions: those that neither speak to other nodes nor hold the cluster's state. All other fields
 * need a restart of the node.
 */
export const live: ReadonlyMap<string, readonly string[]> = liveIn(descriptions);

function liveIn(list: ProcessList): Map<string, string[]> {
  const live = new Map<string, string[]>();
  for (const { name, restartFor = [] } of list) {
    for (const field of restartFor) live.getOrInsertComputed(field, () => []).push(name);
  }
  return live;
}

type Raw = Readonly<Record<string, unknown>>;

/** See the head of the file. */
export class Accepted {
  /** The copy's path. */
  readonly path: string;
  #config: NodeConfig;
  #raw: Raw;
  readonly #source: string;

  /** @param source path of the operator's file, from which `text` was read. */
  constructor(source: string, text: string, config: NodeConfig) {
    this.#source = source;
    this.#config = config;
    this.#raw = JSON.parse(text) as Raw;
    this.path = `${config.run}/node.json`;
  }

  /** What is in force. */
  get config(): NodeConfig {
    return this.#config;
  }

  /** Writes the copy. */
  async save(): Promise<void> {
    const text = `${JSON.stringify(this.#raw, undefined, 2)}\n`;
    await Deno.writeTextFile(`${this.path}.new`, text, { mode: 0o600 });
    await Deno.rename(`${this.path}.new`, this.path);
  }

  /** Whether the copy is where it was written. */
  async isThere(): Promise<boolean> {
    return await Deno.stat(this.path).then(() => true, () => false);
  }

  /** Reads the operator's file again, and takes what can change in a running node. */
  async reread(): Promise<Reread> {
    let text;
    try {
      text = await readText(this.#source, bytesMax.nodeConfig);
    } catch (error) {
      return {
        type: "refused",
        problems: [`Cannot read "${this.#source}": ${messageOf(error)}`],
      };
    }
    const checked = readNodeConfig(text);
    if (!checked.ok) {
      return { type: "refused", problems: checked.diagnostics.map(diagnosticText) };
    }
    try {
      await refuseUntrustedNode(checked.value, this.#source);
      await refuseTamperedForSite(checked.value);
    } catch (error) {
      return { type: "refused", problems: messageOf(error).split("\n") };
    }
    const wanted = JSON.parse(text) as Raw;
    const names = [...new Set([...Object.keys(this.#raw), ...Object.keys(wanted)])].sort();
    const different = names.filter((name) =>
      JSON.stringify(this.#raw[name]) !== JSON.stringify(wanted[name])
    );
    const now = different.filter((name) => live.has(name));
    const taken = this.#with(wanted, now);
    const changed = taken === undefined ? [] : now;
    if (taken !== undefined && changed.length > 0) {
      const before = [this.#raw, this.#config] as const;
      [this.#raw, this.#config] = [taken.raw, taken.config];
      try {
        await this.save();
      } catch (error) {
        [this.#raw, this.#config] = before;
        throw error;
      }
    }
    return {
      type: "read",
      changed,
      restart: [...new Set(changed.flatMap((name) => live.get(name) ?? []))],
      waiting: different.filter((name) => !changed.includes(name)),
    };
  }

  /** What is in force, with these fields as they are wanted; undefined if that does not go together. */
  #with(
    wanted: Raw,
    names: readonly string[],
  ): { readonly raw: Raw; readonly config: NodeConfig } | undefined {
    const raw = Object.fromEntries([
      ...Object.entries(this.#raw).filter(([name]) => !names.includes(name)),
      ...Object.entries(wanted).filter(([name]) => names.includes(name)),
    ]);
    const checked = readNodeConfig(JSON.stringify(raw));
    return checked.ok ? { raw, config: checked.value } : undefined;
  }
}
