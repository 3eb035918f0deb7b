/**
 * `crm_simulate` 3.x as an oracle of single CIBs: of a Debian in a folder (`PACEMAKER_ROOT` names
 * it), else the one that is installed, if it is of version 3.
 *
 * @module
 */

/** What the oracle made of a CIB. */
export interface Verdict {
  /** The graph as XML; undefined if the CIB was refused or the oracle crashed. */
  readonly graph?: string;
  /** The summary, for people. */
  readonly summary: string;
}

/** An oracle, and how to put it away. */
export interface Oracle {
  readonly version: string;
  ask(cib: string): Promise<Verdict>;
  close(): void;
}

/** The oracle, if there is one. */
export async function findOracle(): Promise<Oracle | undefined> {
  const root = Deno.env.get("PACEMAKER_ROOT");
  const command = root === undefined
    ? ["crm_simulate"]
    : ["chroot", root, "env", "LC_ALL=C", "crm_simulate"];
  const said = await run([...command, "--version"]);
  const version = /Pacemaker (3\.\S+)/.exec(said ?? "")?.[1];
  if (version === undefined) return undefined;
  const folder = Deno.makeTempDirSync({
    prefix: "engine_fuzz_",
    ...(root === undefined ? {} : { dir: `${root}/tmp` }),
  });
  const inside = root === undefined ? folder : folder.slice(root.length);
  return {
    version,
    async ask(cib) {
      Deno.writeTextFileSync(`${folder}/cib.xml`, cib);
      Deno.writeTextFileSync(`${folder}/graph.xml`, "");
      const summary = await run([
        ...command,
        ...["-x", `${inside}/cib.xml`, "-R", "-G", `${inside}/graph.xml`],
      ]);
      const graph = Deno.readTextFileSync(`${folder}/graph.xml`);
      return { summary: summary ?? "", ...(graph.includes("<transition_graph") ? { graph } : {}) };
    },
    close: () => Deno.removeSync(folder, { recursive: true }),
  };
}

async function run([program, ...args]: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await new Deno.Command(program!, {
      args,
      stdout: "piped",
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) {
      return undefined;
    }
    throw error;
  }
}
