/**
 * Rounds of check, consent and use: each succeeds, and its result is used, or it reports the errors
 * and the sandbox continues with the previous version.
 *
 * @module
 */
import { DiagnosticError, diagnosticText } from "../../../../../metadata/diagnostic.ts";
import { messageOf } from "../../../../../metadata/message_of.ts";
import { filePath } from "../../../../../pils/found.ts";
import type { Locked } from "../../../../site/consent/lock.ts";
import type { Io, Where } from "../../../command.ts";
import { exit } from "../../../exit.ts";
import type { LocalCluster } from "../../../local_nodes/local_cluster.ts";
import { examine } from "../examine.ts";
import type { Places } from "../places.ts";
import { signatureText } from "../../../../site/consent/signature.ts";
import { consentText } from "../words.ts";
import { Examples, guestOf, type Wanted } from "./guest_of.ts";
import { LoaderSandbox } from "./loader_sandbox.ts";
import { type Place, placeOf } from "./place.ts";
import { Sandbox, type Used } from "./sandbox.ts";
import { type Guest, siteFolder } from "./sandbox_files.ts";
import { fileUrl } from "../../../../site/file_url.ts";

/** What all rounds have in common. */
export interface RoundsSetting {
  readonly io: Io;
  readonly where: Where;
  /** Where the sandbox is. */
  readonly local: LocalCluster;
  readonly places: Places;
  readonly folder: URL;
  readonly wanted: Wanted;
  readonly json: boolean;
  /** Whether types are checked. */
  readonly types: boolean;
  readonly say: (text: string) => void;
  readonly stop: { readonly signal: AbortSignal };
}

/** Rounds of check, consent and use. */
export class Rounds implements AsyncDisposable {
  readonly #setting: RoundsSetting;
  /** Whose lock is the sandbox' own. */
  readonly #places: Places;
  #sandbox: Sandbox | LoaderSandbox | undefined;
  #before: Locked | undefined;
  readonly #examples: Examples;

  constructor(setting: RoundsSetting) {
    this.#setting = setting;
    const lock = fileUrl("plugins.lock.json", siteFolder(setting.local));
    this.#places = { ...setting.places, lock };
    this.#examples = new Examples(setting.folder, setting.wanted);
  }

  /** One round; gives the exit code that it deserves. */
  async go(): Promise<number> {
    const { io, json, say, stop } = this.#setting;
    const from = performance.now();
    const outcome: Outcome = { ms: {} };
    try {
      const ok = await this.#round(outcome);
      outcome.ms["all"] = Math.round(performance.now() - from);
      if (json) io.out(`${JSON.stringify(outcome)}\n`);
      return ok ? exit.ok : exit.error;
    } catch (error) {
      if (stop.signal.aborted) return exit.error;
      const isTheirs = error instanceof DiagnosticError;
      say(messageOf(error));
      say(
        this.#sandbox === undefined
          ? "It is not loaded."
          : "The sandbox keeps the previous version; the next valid change is loaded.",
      );
      if (json) {
        const problems = isTheirs ? error.diagnostics : [{ what: messageOf(error) }];
        io.out(`${JSON.stringify({ ...outcome, loaded: false, problems })}\n`);
      }
      return isTheirs ? exit.config : exit.error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox?.[Symbol.asyncDispose]();
  }

  async #round(outcome: Outcome): Promise<boolean> {
    const { folder, types, say, stop } = this.#setting;
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
        agree: () => true, // the person who develops a plugin has written its tests
        types,
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
        why: "a node needs plugins that follow the contract of their kind",
        fix: "check the failed clauses above; `ha plugin docs` shows the contract",
        code: "HA2008",
      }]);
    }
    const guest = await timed(
      "configure",
      guestOf(examined, this.#examples, { ...this.#setting, places: this.#places }),
    );
    if (this.#before === undefined || JSON.stringify(this.#before) !== JSON.stringify(locked)) {
      const signature = await signatureText(locked);
      say(consentText(id, locked, signature, this.#before).join("\n"));
    }
    const place = placeOf({ ...locked.manifest, shipped: locked.shipped });
    const used = await timed("use", this.#use(guest, place));
    this.#before = locked;
    this.#tell(guest, place, used, outcome);
    return used.ok;
  }

  async #use(guest: Guest, place: Place): Promise<Used> {
    const { say, stop, local, where: { project } } = this.#setting;
    if (this.#sandbox === undefined && place.type === "loader") {
      say(`No node uses it here: ${place.why}. It is loaded alone, and no daemon calls it.`);
      this.#sandbox = new LoaderSandbox(this.#places, say);
    } else if (this.#sandbox === undefined && place.type === "node") {
      const as = guest.isPing ? "a pseudo-member" : place.as;
      say(`Starting a cluster of one node in ${local.folder}, which uses it as ${as}`);
      const setting = { project, local, place, show: say, signal: stop.signal };
      this.#sandbox = await Sandbox.make(setting, guest).catch((error) => {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
        throw new DiagnosticError("Cannot make the sandbox", [{
          severity: "error",
          path: [local.folder],
          what: "the folder exists already",
          why: "another sandbox of this plugin is running",
          fix: "end the other sandbox",
          code: "HA0011",
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
    say(`${what} ${outcome.ms["use"]} ms after the check; restarted: ${started}`);
  }
}

/** What came of a round, for programs. */
interface Outcome {
  /** Milliseconds of each part. */
  readonly ms: Record<string, number>;
}
