/**
 * How the recipients of alerts stand on a node: what does not reach one is a warning, while it lasts.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import type { Json } from "../../runtime/messages.ts";
import type { NodeReport } from "./node_report.ts";
import { listOf, member, numberOf, textOf } from "./json_parts.ts";

/** A recipient. */
export interface RecipientState {
  readonly alert: string;
  readonly recipient: string;
  readonly waiting: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly failed: number;
  /** Why the last alert did not reach it; empty if it did. */
  readonly error: string;
}

/** Recipients that are read. */
const recipientsMax = 64;

/** All recipients of a node, since its `lrmd` has started. */
export const recipientsOf = ({ answers }: Pick<NodeReport, "answers">): readonly RecipientState[] =>
  listOf(member(answers.alerts ?? null, "recipients")).slice(0, recipientsMax).map(recipientOf);

function recipientOf(one: Json): RecipientState {
  const text = (name: string) => textOf(member(one, name)) ?? "";
  const number = (name: string) => numberOf(member(one, name)) ?? 0;
  return {
    alert: text("alert"),
    recipient: text("recipient"),
    waiting: number("waiting"),
    delivered: number("delivered"),
    dropped: number("dropped"),
    failed: number("failed"),
    error: text("error"),
  };
}

/** Warnings of those that are not reached now. */
export function alertWarnings(recipients: readonly RecipientState[]): readonly string[] {
  return recipients.flatMap(({ alert, recipient, waiting, dropped, failed, error }) => {
    if (error === "" && (dropped === 0 || waiting === 0)) return [];
    const to = recipient === "" ? "" : `, recipient ${recipient}`;
    const counts = [
      ...(waiting > 0 ? [`${waiting} wait`] : []),
      ...(dropped > 0 ? [`${dropped} were dropped`] : []),
      ...(failed > 0 ? [`${failed} failed`] : []),
    ].join(", ");
    const why = error === "" ? "it is too slow" : error;
    return [
      withCode("HA7032", `Alerts do not reach ${alert}${to}: ${counts || "none sent"}: ${why}`),
    ];
  });
}
