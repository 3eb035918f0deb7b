/**
 * What devices answer, checked: a plugin may be a stranger's, and answer with anything.
 *
 * @module
 */
import { ownText } from "../../metadata/own_text.ts";
import type { FenceResult } from "../../plugins/handler/stonith/contract.ts";
import type { Result } from "../runtime/machine.ts";
import { nameCharactersMax } from "../runtime/reader.ts";

/** Characters of a detail that are kept, as the contract has it. */
const detailMax = 1024;
/** Hosts that one device may fence. */
const hostsMax = 1024;
/** Characters of their names: the status holds those of all devices, and a frame has an end. */
const hostCharactersMax = nameCharactersMax;

/** How it went. Only `true` is a confirmation; what has another shape is a failure that says so. */
export function fenceAnswer(result: Result): FenceResult {
  if (!result.ok) return { ok: false, detail: result.error };
  const { ok, detail } = fieldsOf(result.value);
  if (typeof ok !== "boolean") return { ok: false, detail: "the device's answer is not a result" };
  return { ok, detail: typeof detail === "string" ? ownText(detail.slice(0, detailMax)) : "" };
}

/** Names of hosts; undefined if the answer is no list of names. */
export function hostsAnswer(value: unknown): readonly string[] | undefined {
  const isList = Array.isArray(value) && value.length <= hostsMax &&
    value.every((host) => typeof host === "string" && host.length <= hostCharactersMax);
  return isList ? value : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
