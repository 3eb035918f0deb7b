/**
 * A node configuration examined as its daemons would: fields, rules between them, and the parameters of
 * every plugin that it names. All mistakes at once.
 *
 * @module
 */
import { check } from "../../../metadata/check.ts";
import {
  type Diagnostic,
  DiagnosticError,
  pathText,
  problem,
} from "../../../metadata/diagnostic.ts";
import { didYouMean } from "../../../metadata/nearest.ts";
import { linksOf } from "../../heartbeat/doors/configuration.ts";
import { descriptions } from "../../processes.ts";
import { presentIn } from "../../site/description.ts";
import { type Manifests, manifestsIn } from "../../site/consent/manifests.ts";
import { locksOf } from "../../site/loader_of.ts";
import { type NodeConfig, readNodeConfig } from "../../site/node_config/read.ts";
import { unwanted } from "../../site/wanted_plugins.ts";

/** What became of it. */
export interface Examined {
  /** Undefined if a daemon would not use it. */
  readonly config: NodeConfig | undefined;
  /** Errors and warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Examines the text of a node configuration. */
export async function examine(text: string): Promise<Examined> {
  const read = readNodeConfig(text);
  const raw = read.ok ? read.value : rawOf(text);
  const found = [...(read.ok ? read.warnings : read.diagnostics)];
  try {
    const manifests = await manifestsIn(locksOf(placesOf(raw)));
    if (read.ok) {
      found.push(
        ...linkProblems(read.value, manifests),
        ...unwanted(presentIn(descriptions, read.value), read.value),
      );
    } else found.push(...entryProblems(raw, manifests, ["media", "pings"]));
    found.push(...entryProblems(raw, manifests, ["agents", "load"]));
  } catch (error) {
    // The lock itself.
    if (!(error instanceof DiagnosticError)) throw error;
    found.push(...error.diagnostics);
  }
  // A field and the plugin may say the same of one place.
  const paths = found.map(({ path }) => pathText(path));
  const diagnostics = read.ok ? found : found.filter((_, at) => paths.indexOf(paths[at]!) === at);
  const isUsed = read.ok && !diagnostics.some(({ severity }) => severity === "error");
  return { config: isUsed ? read.value : undefined, diagnostics };
}

type Raw = Readonly<Record<string, unknown>>;

/** The object that a text holds, whatever it is. */
function rawOf(text: string): Raw {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null ? { ...read } : {};
  } catch {
    return {};
  }
}

/** Where its own lock is. */
const placesOf = (raw: Raw | NodeConfig): Pick<NodeConfig, "plugins"> =>
  typeof raw.plugins === "string" && raw.plugins.startsWith("/") ? { plugins: raw.plugins } : {};

function linkProblems(config: NodeConfig, manifests: Manifests): readonly Diagnostic[] {
  try {
    linksOf(config, manifests, Deno.pid);
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** Entries of lists, each against the manifest of the plugin that it names. */
function entryProblems(
  raw: Raw | NodeConfig,
  manifests: Manifests,
  lists: readonly ("media" | "pings" | "agents" | "load")[],
): readonly Diagnostic[] {
  return lists.flatMap((list) => {
    const entries: unknown = raw[list];
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry: unknown, at): readonly Diagnostic[] => {
      if (typeof entry !== "object" || entry === null || !("plugin" in entry)) return [];
      const { plugin, ...given } = entry;
      if (typeof plugin !== "string") return [];
      const manifest = manifests.get(plugin);
      if (manifest === undefined) return [notLocked(plugin, [list, at, "plugin"], manifests)];
      // The class is the list's own.
      const { class: _class, ...parameters }: Raw = { ...given };
      const checked = check(manifest.config, list === "agents" ? parameters : given, {
        path: [list, at],
      });
      return checked.ok ? [] : checked.diagnostics;
    });
  });
}

const notLocked = (id: string, path: Diagnostic["path"], { ids }: Manifests): Diagnostic =>
  problem(
    path,
    `"${id}" is not in the lock`,
    "a node loads only plugins that an operator has approved",
    `correct the name, or run: ha plugin add FOLDER.${didYouMean(id, ids)}`,
    "HA2001",
  );
