/**
 * Pacemaker with Corosync in the lab of `../shared/lab/pcmk`.
 *
 * @module
 */
import { sh } from "./shell.ts";
import { missing, project } from "./spaces.ts";

const shared = `${project.slice(0, project.lastIndexOf("/"))}/shared/lab/pcmk`;
const script = `${shared}/cluster.sh`;

/** What is missing for it on this machine. */
export const lackingPacemaker = (): readonly string[] =>
  missing([
    script,
    "/usr/sbin/corosync",
    "/usr/sbin/pacemakerd",
    "/usr/bin/python3",
    "/usr/bin/gcc",
  ]);

/** Runs a command with its output in a file: what it leaves behind keeps no pipe open. */
const run = `out=$1; shift; env "$@" >"$out" 2>&1 </dev/null || { cat "$out" >&2; exit 1; }`;

/** See the head of the file. */
export class PacemakerLab {
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, string>>;

  /**
   * @param folder where its files are: on a real disk, for a fair comparison
   * @param settings variables of the lab's script
   */
  constructor(folder: string, settings: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#settings = { PCMK_LAB: folder, CONFIG: "0", ...settings };
  }

  /** Starts so many nodes for the first time, with an empty configuration. */
  async up(count: number): Promise<void> {
    // What an earlier run left, if it was killed.
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {});
    // Clients of the lab that are not used here, and need packages to be compiled: they count as made.
    await sh('mkdir -p "$1/bin"; : >"$1/bin/qwatch"; : >"$1/bin/cpgbench"', this.#folder);
    await this.command("up", `${count}`);
    await this.command("wait", `${count}`, "90");
  }

  /** Changes the configuration, from XML. */
  async configure(xml: string): Promise<void> {
    const file = `${this.#folder}/configuration.xml`;
    await Deno.writeTextFile(file, xml);
    const words = ["--modify", "--allow-create", "--scope", "configuration", "--xml-file", file];
    await this.on("n1", "cibadmin", ...words);
  }

  /** Runs a command of the lab; gives its output. */
  command = (...words: readonly string[]): Promise<string> => this.#run({}, words);

  /** Switches a node on, without its daemons. */
  boot = (node: string): Promise<string> => this.#run({ NODAEMONS: "1" }, ["start-node", node]);

  /** Runs a command on a node. */
  on = (node: string, ...command: readonly string[]): Promise<string> =>
    this.command("exec", node, ...command);

  /** The first process of a node: its files are below `/proc/ID/root`. */
  async init(node: string): Promise<string> {
    return (await Deno.readTextFile(`${this.#folder}/run/${node}.pid`)).trim();
  }

  /** Power that was taken from nodes by the fencing device. */
  async fencings(): Promise<number> {
    const text = await Deno.readTextFile(`${this.#folder}/run/bmc.log`).catch(() => "");
    return text.split("\n").filter((line) => /^\S+ \S+ (?:off|reboot) /.test(line)).length;
  }

  /** Ends all of it and removes its files. */
  async down(): Promise<void> {
    await this.command("down");
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #run(more: Readonly<Record<string, string>>, words: readonly string[]): Promise<string> {
    const out = `${this.#folder}/out.${crypto.randomUUID()}`;
    const variables = Object.entries({ ...this.#settings, ...more })
      .map(([name, value]) => `${name}=${value}`);
    await sh(run, out, ...variables, "bash", script, ...words);
    const text = (await Deno.readTextFile(out)).trim();
    await Deno.remove(out);
    return text;
  }
}
