/**
 * Past changes of the configuration, asked of the node's history.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Client } from "../../runtime/client.ts";
import type { Message, PastChange } from "../../runtime/messages.ts";
import { applyChanges, differenceOf } from "../../cib/doors/document.ts";
import type { Change, Problem } from "../api/operation.ts";
import { Problems } from "../api/problems.ts";

/** Milliseconds a node may take. */
const answerMs = 5_000;

/** Past changes, the newest first; of one epoch with all that it changed. */
export async function pastChanges(
  client: Client,
  epoch?: number,
): Promise<readonly PastChange[]> {
  const { changes } = await client.ask(
    "history",
    { type: "history/query", id: "history", ...(epoch === undefined ? {} : { epoch }) },
    (message): message is Extract<Message, { type: "history/answer" }> =>
      message.type === "history/answer" && message.id === "history",
    answerMs,
  );
  return changes;
}

/** Stands for the author of a change that names none. */
const nobody = "a daemon, or a program that does not say who";

/** One past change as a line. */
export function pastLine(
  { version: { adminEpoch, epoch }, at, user, command, reason, left }: PastChange,
): string {
  const number = adminEpoch === 0 ? `${epoch}` : `${adminEpoch}.${epoch}`;
  const what = left === "away"
    ? "changes up to here were made while this node was away"
    : command === undefined
    ? nobody
    : `${user === "" || user === undefined ? "" : `${user}: `}${command}`;
  const rest = [
    ...(reason === undefined ? [] : [`because: ${reason}`]),
    ...(left === "too large" ? ["too large to be kept whole"] : []),
  ];
  return [number.padStart(5), at?.replace(".000Z", "Z") ?? "", what, ...rest].filter((part) =>
    part !== ""
  )
    .join("  ");
}

/** A document without a past change. */
export function undone(
  cib: XmlElement,
  past: PastChange,
): Change | { readonly problems: readonly Problem[] } {
  const number = past.version.epoch;
  const problems = new Problems();
  const impossible = (why: string) => {
    problems.impossible(`The change ${number} cannot be undone: ${why}`);
    return { problems: problems.all };
  };
  const { changes, inverse } = past;
  if (changes === undefined || inverse === undefined) {
    return impossible(
      "this node did not keep what it changed. Fix: see ha configure history of another node",
    );
  }
  const again = applyChanges(cib, changes);
  if (!again.ok || differenceOf(configured(cib), configured(again.root)).length > 0) {
    return impossible(
      "what it changed was changed again since. Fix: undo the later change first, or edit the configuration",
    );
  }
  const after = applyChanges(cib, inverse);
  if (!after.ok) return impossible(`${after.error}. Fix: edit the configuration`);
  return { cib: after.root, done: [`The change ${number} is undone: ${past.command ?? nobody}`] };
}

const configured = (root: XmlElement): XmlElement => ({
  ...root,
  children: root.children.filter((child) =>
    child.type !== "element" || child.name.raw !== "status"
  ),
});
