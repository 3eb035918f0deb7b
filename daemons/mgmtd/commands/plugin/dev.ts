/**
 * `ha plugin dev`: uses a plugin in a sandbox as its kind is used in a cluster, and again after each
 * change, once it has kept the contract of its kind: a cluster of one node of the real daemons, or,
 * for kinds that have no place on a node yet, one loader.
 *
 * @module
 */
import { createHash } from "node:crypto";
import {
  type Diagnostic,
  DiagnosticError,
  diagnosticText,
} from "../../../../metadata/diagnostic.ts";
import { filePath } from "../../../../pils/found.ts";
import type { Locked } from "../../../consent/lock.ts";
import { readWholeLock } from "../../../consent/lock_file.ts";
import type { Call, Command, Io, Where } from "../../command.ts";
import { exit } from "../../exit.ts";
import { type LocalCluster, watchedSocket } from "../../local_nodes/local_cluster.ts";
import { check } from "./check.ts";
import { agentOf } from "./dev/agent_of.ts";
import { changesIn } from "./dev/changes.ts";
import { interruption } from "./dev/interrupted.ts";
import { LoaderSandbox } from "./dev/loader_sandbox.ts";
import { pairsOf, parametersOf, type Texts } from "./dev/parameters.ts";
import { type Place, placeOf } from "./dev/place.ts";
import { Sandbox, type Used } from "./dev/sandbox.ts";
import { type Guest, sandboxNode, siteFolder } from "./dev/sandbox_files.ts";
import { examine, type Examined } from "./examine.ts";
import { folderOf, folderUrl, type Places, placesOf } from "./places.ts";
import { consentText } from "./words.ts";

/** `ha plugin dev FOLDER [NAME=VALUE...]` */
export const dev: Command = {
  path: ["plugin", "dev"],
  summary: "Use a plugin in a cluster of one node, and again after each change",
  details:
    "NAME=VALUE changes the example configuration that mod_test.ts gives conform(). A change " +
    "is checked first, as by `ha plugin check`; one that does not conform leaves the sandbox as it " +
    "is. Ends with Ctrl-C, and leaves nothing.",
  positionals: "KIND/NAME|FOLDER [NAME=VALUE...]",
  options: {
    ...check.options,
    json: { type: "boolean", summary: "Print what came of each round as one line of JSON" },
    once: { type: "boolean", summary: "Do it once and end" },
    agent: {
      type: "string",
      value: "[PROVIDER:]TYPE",
      summary: "The agent of a class of agents; that of its test if left out",
    },
  },
  grant(call, where) {
    const { net = [], read = [], write = [], ...others } = check.grant(call, where);
    const { folder } = sandboxOf(call, where);
    return {
      ...others,
      net: [...net, "127.0.0.1:0", `unix:${watchedSocket({ folder }, sandboxNode)}`],
      read: [...read, folder],
      write: [...write, folder],
    };
  },
  async run(call, io, where) {
    const { once, json } = call.options;
    const say = (text: string) => (json ? io.err : io.out)(`${text}\n`);
    const pairs = pairsOf(call.positionals.slice(1));
    if (!pairs.ok) {
      say(problemsText("Cannot read the parameters", pairs.diagnostics));
      return exit.usage;
    }
    const [word = "."] = call.positionals;
    const places = placesOf(call, where);
    const folder = await folderOf(word, await readWholeLock(places.lock), places, where);
    using stop = interruption();
    // Watched from before it is read: what changes meanwhile is not missed.
    using changes = once ? undefined : changesIn(filePath(folder), stop.signal);
    await using round = new Rounds({
      call,
      io,
      where,
      places,
      folder,
      pairs: pairs.value,
      say,
      stop,
    });
    let code = await round.go();
    while (changes !== undefined && stop.code() === undefined) {
      say("waiting for a change");
      const names = await changes.next();
      if (names === undefined) break;
      say(`\nchanged, once more: ${names.join(", ")}`);
      code = await round.go();
    }
    if (stop.code() !== undefined) say("\nends, and takes everything with it");
    return stop.code() ?? code;
  },
};

/** The cluster of a sandbox: one for each plugin folder, so that two authors do not meet. */
function sandboxOf({ positionals: [word = "."] }: Call, { here }: Where): LocalCluster {
  const digest = createHash("sha256").update(folderUrl(word, here).href).digest("hex").slice(0, 12);
  return { folder: `/tmp/ha-dev-${digest}`, cluster: `dev-${digest}`, nodes: [sandboxNode] };
}

/** What all rounds have in common. */
interface Setting {
  readonly call: Call;
  readonly io: Io;
  readonly where: Where;
  readonly places: Places;
  readonly folder: URL;
  readonly pairs: Texts;
  readonly say: (text: string) => void;
  readonly stop: { readonly signal: AbortSignal };
}

/** Rounds of check, consent and use. */
class Rounds implements AsyncDisposable {
  readonly #setting: Setting;
  readonly #local: LocalCluster;
  /** Whose lock is the sandbox' own. */
  readonly #places: Places;
  #sandbox: Sandbox | LoaderSandbox | undefined;
  #before: Locked | undefined;
  #example: { readonly test: string; readonly plan: Examined["plan"] } | undefined;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#local = sandboxOf(setting.call, setting.where);
    const lock = new URL(`file://${siteFolder(this.#local)}/plugins.lock.json`);
    this.#places = { ...setting.places, lock };
  }

  /** One round; gives the exit code that it deserves. */
  async go(): Promise<number> {
    const { io, call, say, stop } = this.#setting;
    const from = performance.now();
    const outcome: Outcome = { ms: {} };
    try {
      const ok = await this.#round(outcome);
      outcome.ms["all"] = Math.round(performance.now() - from);
      if (call.options.json) io.out(`${JSON.stringify(outcome)}\n`);
      return ok ? exit.ok : exit.error;
    } catch (error) {
      if (stop.signal.aborted) return exit.error;
      const isTheirs = error instanceof DiagnosticError;
      say(error instanceof Error ? error.message : String(error));
      say(
        this.#sandbox === undefined
          ? "It is not loaded."
          : "The sandbox goes on with what it has; the next change that is good is loaded.",
      );
      if (call.options.json) {
        const problems = isTheirs
          ? error.diagnostics
          : [{ what: error instanceof Error ? error.message : String(error) }];
        io.out(`${JSON.stringify({ ...outcome, loaded: false, problems })}\n`);
      }
      return isTheirs ? exit.config : exit.error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox?.[Symbol.asyncDispose]();
  }

  async #round(outcome: Outcome): Promise<boolean> {
    const { folder, call, say, stop } = this.#setting;
    const timed = async <T>(name: string, work: Promise<T>): Promise<T> => {
      const from = performance.now();
      const value = await work;
      outcome.ms[name] = Math.round(performance.now() - from);
      stop.signal.throwIfAborted();
      return value;
    };
    const examined = await timed(
      "check",
      examine(folder, this.#places, {
        out: (text) => say(text.trimEnd()),
        warn: (warning) => say(`warning: ${diagnosticText(warning)}`),
        types: !call.options["no-check"],
        signal: stop.signal,
      }),
    );
    const { id, locked, conforms, permissions } = examined;
    Object.assign(outcome, { id, version: locked.manifest.version, conforms, permissions });
    for (const line of permissions) say(line);
    say(`${id} ${conforms ? "conforms" : "does not conform"} (${outcome.ms["check"]} ms)`);
    if (!conforms) {
      throw new DiagnosticError(`"${id}" is not loaded`, [{
        severity: "error",
        path: [filePath(new URL("mod_test.ts", folder))],
        what: "its test fails",
        why: "what does not keep the contract of its kind is not for a node",
        mend: "see the clauses above; `ha plugin docs` shows the contract",
      }]);
    }
    const guest = await timed("configure", this.#guest(examined));
    if (this.#before === undefined || JSON.stringify(this.#before) !== JSON.stringify(locked)) {
      say(consentText(id, locked, this.#before).trimEnd());
    }
    const place = placeOf({ ...locked.manifest, shipped: locked.shipped });
    const used = await timed("use", this.#use(guest, place));
    this.#before = locked;
    this.#tell(guest, place, used, outcome);
    return used.ok;
  }

  /**
   * The example of the test, the same as long as the test is: a port that it makes of its process
   * number is no change of what is configured.
   */
  async #planOf({ plan }: Examined): Promise<Examined["plan"]> {
    const test = await Deno.readTextFile(new URL("mod_test.ts", this.#setting.folder));
    if (this.#example?.test !== test) this.#example = { test, plan };
    return this.#example.plan;
  }

  /** The plugin with a configuration that it takes. */
  async #guest(examined: Examined): Promise<Guest> {
    const { id, locked } = examined;
    const { folder, pairs, call } = this.#setting;
    const plan = await this.#planOf(examined);
    const { config, kind } = locked.manifest;
    const own = { cluster: this.#local.cluster, node: sandboxNode };
    const names = config.map(({ fieldname }) => fieldname);
    let agent;
    if (kind === "ra") {
      const mine = Object.fromEntries(
        Object.entries(pairs).filter(([name]) => names.includes(name)),
      );
      const first = parametersOf(config, plan.config, own, mine);
      if (!first.ok) throw new DiagnosticError(`Cannot configure "${id}"`, first.diagnostics);
      const { agent: wanted } = call.options;
      agent = await agentOf(
        id,
        locked,
        first.value.plugin,
        typeof wanted === "string" ? wanted : undefined,
        plan.given,
        this.#places,
      );
    }
    const parameters = parametersOf(config, plan.config, own, pairs, agent);
    if (!parameters.ok) {
      throw new DiagnosticError(`Cannot configure "${id}"`, parameters.diagnostics);
    }
    for (const warning of parameters.warnings) {
      this.#setting.say(`warning: ${diagnosticText(warning)}`);
    }
    return {
      id,
      folder,
      locked,
      parameters: parameters.value,
      ...(agent === undefined ? {} : { agent }),
    };
  }

  async #use(guest: Guest, place: Place): Promise<Used> {
    const { say, stop, where: { project } } = this.#setting;
    if (this.#sandbox === undefined && place.type === "loader") {
      say(`No node can use it: ${place.why}. It is loaded by itself, and nobody calls it.`);
      this.#sandbox = new LoaderSandbox(this.#places, say);
    } else if (this.#sandbox === undefined && place.type === "node") {
      const { folder } = this.#local;
      say(`Starting a cluster of one node in ${folder}, which has it as ${place.as}`);
      const setting = { project, local: this.#local, place, show: say, signal: stop.signal };
      this.#sandbox = await Sandbox.make(setting, guest).catch((error) => {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
        const { folder } = this.#local;
        throw new DiagnosticError("Cannot make the sandbox", [{
          severity: "error",
          path: [folder],
          what: "it is there already",
          why: "a sandbox of this plugin runs, or one could not clear up",
          mend: "end the other one, or remove that folder",
        }]);
      });
    }
    if (this.#sandbox === undefined) throw new Error("There is no sandbox");
    return await this.#sandbox.use(guest);
  }

  #tell({ id, locked }: Guest, place: Place, used: Used, outcome: Outcome): void {
    const { say } = this.#setting;
    const { ok, lines, started, held } = used;
    Object.assign(outcome, {
      loaded: held !== undefined,
      place: place.type === "node" ? place.process : "loader",
      started,
      isolation: held?.isolation,
      granted: held?.permissions,
      ok,
      lines,
    });
    const by = place.type === "node" ? ` by ${place.process}` : "";
    if (held === undefined) say(`${id} ${locked.manifest.version} is not loaded${by}`);
    else {
      say(
        `${id} ${locked.manifest.version} is loaded as ${held.isolation}${by} in ` +
          `${held.loadMs.toFixed(0)} ms with ${JSON.stringify(held.permissions)}`,
      );
    }
    for (const line of lines) say(`  ${line}`);
    const what = !ok ? "not usable" : place.type === "node" ? "in use" : "loaded";
    say(`${what} ${outcome.ms["use"]} ms after the check; started anew: ${started}`);
  }
}

/** What came of a round, for programs. */
interface Outcome {
  /** Milliseconds of each part. */
  readonly ms: Record<string, number>;
}

const problemsText = (action: string, problems: readonly Diagnostic[]): string =>
  new DiagnosticError(action, problems).message;
