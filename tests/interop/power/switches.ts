/**
 * The power switches: a simulated controller for each machine, and for each of its power supplies. A
 * machine ends when its controller takes the power from it, or when both supplies are off.
 *
 * @module
 */
import { cut, type Machine } from "../../lab/machine.ts";
import { Simulator } from "../fencing/partners.ts";
import { switches } from "./cib.ts";

const place = (folder: string, id: string): string => `${folder}/switches/${id}`;

/**
 * What a controller does when its power has changed. `$1`: 0 or 1. The machine has a file in `machines/`
 * while it is on: its namespace and its `/run`. While it is being ended, the file is in `ending/`.
 */
const hook = (folder: string, node: string, supplies: readonly string[]): string =>
  `#!/bin/sh
[ "$1" = 0 ] || exit 0
for supply in ${supplies.map((id) => `"${place(folder, id)}/power"`).join(" ")}; do
  read -r power <"$supply" || exit 1
  [ "$power" = 0 ] || exit 0
done
mv "${folder}/machines/${node}" "${folder}/ending/${node}" 2>/dev/null || exit 0
read -r space run <"${folder}/ending/${node}"
echo "$(date +%s%N) ${node}" >>"${folder}/cuts"
/bin/sh -ec '${cut.replaceAll("'", `'\\''`)}' sh "${node}" "$space" "$run"
rm "${folder}/ending/${node}"
`;

/** See the head of the file. */
export class Switches implements AsyncDisposable {
  readonly #folder: string;
  readonly #all: ReadonlyMap<string, Simulator>;

  private constructor(folder: string, all: ReadonlyMap<string, Simulator>) {
    this.#folder = folder;
    this.#all = all;
  }

  /** Starts that of each machine, with its files in a folder. Those of supplies start when needed. */
  static async start(folder: string): Promise<Switches> {
    await Deno.mkdir(`${folder}/machines`, { recursive: true });
    await Deno.mkdir(`${folder}/ending`, { recursive: true });
    const all = new Map(switches.map(({ id, node, address, together }) => {
      const choice = { address, hook: hook(folder, node, together) };
      return [id, new Simulator(place(folder, id), choice)];
    }));
    for (const { id, together } of switches) {
      if (together.length === 1) await all.get(id)?.start();
    }
    return new Switches(folder, all);
  }

  /** One of them, by the id of its device. */
  of(id: string): Simulator {
    const found = this.#all.get(id);
    if (found === undefined) throw new Error(`There is no switch ${id}`);
    return found;
  }

  /** The machine of a node is on: its supplies may end it. */
  async feed({ name, space, run }: Machine): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/machines/${name}`, `${space} ${run}\n`);
  }

  /**
   * Whether a machine is still being ended. Its last process may be gone by then; but its cable and its
   * `/run` are removed after that, and would be those of the machine that is switched on again.
   */
  async isEnding(node: string): Promise<boolean> {
    return await Deno.stat(`${this.#folder}/ending/${node}`).then(() => true, () => false);
  }

  /** Which machines they have ended, one after the other. */
  async cuts(): Promise<readonly { readonly atMs: number; readonly node: string }[]> {
    const text = await Deno.readTextFile(`${this.#folder}/cuts`).catch(() => "");
    return text.split("\n").filter(Boolean).map((line) => {
      const [at = "", node = ""] = line.split(" ");
      return { atMs: Number(at) / 1e6, node };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const simulator of this.#all.values()) await simulator.stop();
  }
}
