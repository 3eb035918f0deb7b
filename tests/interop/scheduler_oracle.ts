/**
 * `crm_simulate` as an oracle: which cases are settled once their transition has been applied.
 *
 * @module
 */

/** Runs of the oracle at once at most. */
const runsMax = 2;

/**
 * The cases whose second graph is empty for `crm_simulate`.
 *
 * @param folder holds the cases, in `xml/`; the oracle's own files go there too.
 * @returns undefined where `crm_simulate` is not installed.
 */
export async function settledForOracle(
  folder: string,
  names: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  const settled = new Set<string>();
  const waiting = [...names];
  let installed = true;
  const work = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined && installed; name = waiting.pop()) {
      const after = `${folder}/after-${name}.xml`;
      const graph = `${folder}/again-${name}.exp`;
      const input = `${folder}/xml/${name}.xml`;
      installed = await crmSimulate("-x", input, "-S", "-Q", "-O", after) &&
        await crmSimulate("-x", after, "-R", "-Q", "-G", graph);
      if (isEmptyGraph(graph)) settled.add(name);
    }
  };
  await Promise.all(Array.from({ length: runsMax }, work));
  return installed ? settled : undefined;
}

/**
 * Lets the oracle schedule CIBs: `dot/`, `exp/` and `summary/` in a folder of results.
 *
 * @returns whether `crm_simulate` is installed.
 */
export async function scheduledByOracle(
  inputs: string,
  results: string,
  names: readonly string[],
): Promise<boolean> {
  for (const kind of ["dot", "exp", "summary"]) {
    Deno.mkdirSync(`${results}/${kind}`, { recursive: true });
  }
  const waiting = [...names];
  let installed = true;
  const work = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined && installed; name = waiting.pop()) {
      const report = await output([
        ...["-x", `${inputs}/${name}.xml`, "-S"],
        ...["-D", `${results}/dot/${name}.dot`, "-G", `${results}/exp/${name}.exp`],
      ]);
      installed = report !== undefined;
      Deno.writeTextFileSync(`${results}/summary/${name}.summary`, report ?? "");
    }
  };
  await Promise.all(Array.from({ length: runsMax }, work));
  return installed;
}

/** @returns whether it could be run at all. */
async function crmSimulate(...args: string[]): Promise<boolean> {
  return await output(args) !== undefined;
}

/** @returns what it says; undefined if it is not installed. */
async function output(args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await new Deno.Command("crm_simulate", {
      args: [...args],
      env: { LC_ALL: "C" },
      stdout: "piped",
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function isEmptyGraph(path: string): boolean {
  try {
    const graph = Deno.readTextFileSync(path);
    return graph.includes("<transition_graph") && !graph.includes("<synapse");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
