/**
 * `crm_simulate` 3.x as an oracle of CIBs: of a Debian in a folder (`PACEMAKER_ROOT` names it), else
 * the one that is installed, if it is of version 3.
 *
 * Many CIBs are asked of at once: starting a shell in the folder costs as much as a small CIB does.
 *
 * @module
 */

/** What the oracle made of a CIB. */
export interface Verdict {
  /** It refuses what is no valid CIB, and it may crash. */
  readonly outcome: "scheduled" | "refused" | "crashed";
  /** The graph as XML; empty unless it was scheduled. */
  readonly graph: string;
  /** The summary, for people. */
  readonly summary: string;
}

/** An oracle, and how to put it away. */
export interface Oracle {
  readonly version: string;
  /** The verdicts in the order of the CIBs. */
  ask(cibs: readonly string[]): Promise<readonly Verdict[]>;
  /** A CIB in the language of the newest schema; undefined if it is refused. */
  upgraded(cib: string): Promise<string | undefined>;
  close(): void;
}

/** Shells that work at once. */
const shellsMax = 2;
/** How long the oracle may think about one CIB. */
const thinkS = 20;

/** The oracle, if there is one. */
export async function findOracle(): Promise<Oracle | undefined> {
  const root = Deno.env.get("PACEMAKER_ROOT");
  const command = root === undefined ? ["sh", "-c"] : ["chroot", root, "sh", "-c"];
  const shell = (script: string) => run([...command, `LC_ALL=C; export LC_ALL; ${script}`]);
  const version = /Pacemaker (3\.\S+)/.exec(await shell("crm_simulate --version") ?? "")?.[1];
  if (version === undefined) return undefined;
  const folder = Deno.makeTempDirSync({
    prefix: "engine_fuzz_",
    ...(root === undefined ? {} : { dir: `${root}/tmp` }),
  });
  const inside = root === undefined ? folder : folder.slice(root.length);
  const read = (file: string): string => {
    try {
      const text = Deno.readTextFileSync(`${folder}/${file}`);
      Deno.removeSync(`${folder}/${file}`);
      return text;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  };
  return {
    version,
    async ask(cibs) {
      for (const [n, cib] of cibs.entries()) Deno.writeTextFileSync(`${folder}/${n}.xml`, cib);
      const shells = Math.min(shellsMax, cibs.length);
      await Promise.all(Array.from({ length: shells }, (_, first) => {
        const numbers = cibs.keys().filter((n) => n % shells === first).toArray().join(" ");
        return shell(
          `cd ${inside}; for n in ${numbers}; do ` +
            `timeout ${thinkS} crm_simulate -x $n.xml -R -G $n.exp > $n.out 2> /dev/null; ` +
            `echo $? > $n.code; done`,
        );
      }));
      return cibs.map((_, n): Verdict => {
        const code = Number(read(`${n}.code`));
        const graph = read(`${n}.exp`);
        const summary = read(`${n}.out`);
        const outcome = code >= 124 ? "crashed" : code === 0 ? "scheduled" : "refused";
        return { outcome, summary, graph: outcome === "scheduled" ? graph : "" };
      });
    },
    async upgraded(cib) {
      Deno.writeTextFileSync(`${folder}/old.xml`, cib);
      await shell(`cd ${inside}; crm_simulate -x old.xml -I new.xml > /dev/null 2>&1`);
      const text = read("new.xml");
      return text === "" ? undefined : text;
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
