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
      installed = await crmSimulate(["-x", input, "-S", "-Q", "-O", after]) !== undefined &&
        await crmSimulate(["-x", after, "-R", "-Q", "-G", graph]) !== undefined;
      if (isEmptyGraph(graph)) settled.add(name);
    }
  };
  await Promise.all(Array.from({ length: runsMax }, work));
  return installed ? settled : undefined;
}

/** What the oracle did with an input: it may refuse it as no valid CIB, and it may crash. */
export type OracleOutcome = "scheduled" | "refused" | "crashed";

/**
 * Lets the oracle schedule CIBs: `dot/`, `exp/` and `summary/` in a folder of results, and on
 * demand `scores/`.
 *
 * @returns undefined where `crm_simulate` is not installed.
 */
export async function scheduledByOracle(
  inputs: string,
  results: string,
  names: readonly string[],
  withScores = false,
): Promise<ReadonlyMap<string, OracleOutcome> | undefined> {
  for (const kind of ["dot", "exp", "summary", "scores"]) {
    Deno.mkdirSync(`${results}/${kind}`, { recursive: true });
  }
  const waiting = [...names];
  const outcomes = new Map<string, OracleOutcome>();
  let installed = true;
  const work = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined && installed; name = waiting.pop()) {
      const input = `${inputs}/${name}.xml`;
      const files = [
        ...["-D", `${results}/dot/${name}.dot`],
        ...["-G", `${results}/exp/${name}.exp`],
      ];
      const done = await crmSimulate(["-x", input, "-S", ...files]);
      installed = done !== undefined;
      if (done === undefined) return;
      outcomes.set(name, done.outcome);
      Deno.writeTextFileSync(`${results}/summary/${name}.summary`, done.text);
      if (!withScores || done.outcome !== "scheduled") continue;
      const scores = (await crmSimulate(["-x", input, "-sRQ"]))?.text ?? "";
      Deno.writeTextFileSync(
        `${results}/scores/${name}.scores`,
        scores.split("\n").filter((line) => line !== "").sort().join("\n") + "\n",
      );
    }
  };
  await Promise.all(Array.from({ length: runsMax }, work));
  return installed ? outcomes : undefined;
}

/** @returns what it says and how it ended; undefined if it is not installed. */
async function crmSimulate(
  args: readonly string[],
): Promise<{ readonly text: string; readonly outcome: OracleOutcome } | undefined> {
  try {
    const { stdout, code, signal } = await new Deno.Command("crm_simulate", {
      args: [...args],
      env: { LC_ALL: "C" },
      stdout: "piped",
      stderr: "null",
    }).output();
    // A failed assertion ends it with 134; a signal with none.
    const crashed = signal !== null || code >= 128;
    return {
      text: new TextDecoder().decode(stdout),
      outcome: crashed ? "crashed" : code === 0 ? "scheduled" : "refused",
    };
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
