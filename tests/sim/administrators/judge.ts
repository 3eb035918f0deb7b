/**
 * Judges what administrators were answered against what the cluster has, with a model that carries out
 * the same writes one after another.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { applyChanges, differenceOf } from "../../../daemons/cib/doors/document.ts";
import type { PastChange } from "../../../daemons/runtime/messages.ts";
import type { Ledger } from "./ledger.ts";

/** What there is to judge. */
export interface Evidence {
  /** The document before the first change, and after the last one. */
  readonly begin: XmlElement;
  readonly end: XmlElement;
  /** What the nodes remember, the oldest first. */
  readonly known: readonly PastChange[];
  readonly ledger: Ledger;
}

const epochOf = ({ attributes: { epoch = "0" } }: XmlElement): number => Number(epoch);

/** The token that a command of an administrator begins with. */
const tokenOf = ({ command = "" }: PastChange): string => command.slice(0, 8);

/** What is wrong; empty: nothing. */
export function judge({ begin, end, known, ledger }: Evidence): readonly string[] {
  const problems: string[] = [];
  const epochs = known.map(({ version }) => version.epoch);
  const wanted = Array.from(
    { length: epochOf(end) - epochOf(begin) },
    (_, at) => epochOf(begin) + at + 1,
  );
  if (epochs.join() !== wanted.join()) {
    const missing = wanted.filter((epoch) => !epochs.includes(epoch));
    problems.push(`no node remembers the change ${missing.slice(0, 5).join(", ")}`);
  }
  const times = new Map<string, number>();
  let model = begin;
  for (const change of known) {
    const token = tokenOf(change);
    const entry = ledger.entries.get(token);
    times.set(token, (times.get(token) ?? 0) + 1);
    if (entry === undefined) {
      problems.push(`nobody asked for the change ${change.version.epoch}: ${change.command}`);
      continue;
    }
    if (entry.epoch !== change.version.epoch - 1) {
      problems.push(
        `an update may be lost: the change ${change.version.epoch} was worked out on ${entry.epoch}`,
      );
    }
    const applied = applyChanges(model, entry.changes);
    if (applied.ok) model = applied.root;
    else problems.push(`the change ${change.version.epoch} does not apply: ${applied.error}`);
  }
  for (const { token, end: how, command } of ledger.entries.values()) {
    const count = times.get(token) ?? 0;
    if (how === "made" && count !== 1) {
      problems.push(`acknowledged, and ${count} times in the CIB: ${command}`);
    }
    if (how === "refused" && count !== 0) problems.push(`refused, and in the CIB: ${command}`);
    if (count > 1) problems.push(`${count} times in the CIB: ${command}`);
  }
  const differs = differenceOf(configured(model), configured(end));
  if (differs.length > 0) {
    problems.push(`the CIB is not what the changes make: ${JSON.stringify(differs.slice(0, 2))}`);
  }
  return problems;
}

/** What is wrong when everything was taken back. */
export function notTakenBack(
  begin: XmlElement,
  end: XmlElement | undefined,
  left: readonly PastChange[],
  why: string,
): readonly string[] {
  const [stuck] = left;
  if (stuck !== undefined) {
    return [`the change ${stuck.version.epoch} cannot be taken back: ${stuck.command}: ${why}`];
  }
  if (end === undefined) return ["the nodes do not have the same document after undo"];
  const differs = differenceOf(configured(begin), configured(end));
  return differs.length === 0
    ? []
    : [`undo of all gives not the beginning: ${JSON.stringify(differs.slice(0, 2))}`];
}

const configured = (root: XmlElement): XmlElement => ({
  ...root,
  children: root.children.filter((child) =>
    child.type !== "element" || child.name.raw !== "status"
  ),
});
