/**
 * What a Redfish service says of a computer system. Every value is of a stranger, and checked.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";

/** A system as its resource shows it. */
export interface System {
  readonly id: string;
  /** `On`, `Off`, `PoweringOn`, `PoweringOff`, `Paused`. */
  readonly power: string;
  /** Path of the action that switches it. */
  readonly target: string;
  /** What the action accepts; undefined if the service does not say. */
  readonly allowed: readonly string[] | undefined;
  /** Path of the resource that says it, where this one does not. */
  readonly actionInfo: string | undefined;
}

/** Ways to switch, the best first. `GracefulShutdown` is none: a node that hangs would not obey. */
export const resetTypes = { off: ["ForceOff"], on: ["On", "ForceOn"] } as const;

/** @throws {Error} if it is none, or another than the one that was asked for. */
export function systemOf(value: unknown, id: string): System {
  const found = textAt(value, "Id");
  if (found !== id) {
    throw new Error(`it answers for the system "${clip(found ?? "?", 80)}", not "${id}"`);
  }
  const power = textAt(value, "PowerState");
  if (power === undefined) throw new Error(`it does not say the PowerState of the system "${id}"`);
  const action = at(value, "Actions", "#ComputerSystem.Reset");
  const target = pathAt(action, "target");
  if (target === undefined) throw new Error(`the system "${id}" has no action that switches it`);
  return {
    id,
    power,
    target,
    allowed: textsAt(action, "ResetType@Redfish.AllowableValues"),
    actionInfo: pathAt(action, "@Redfish.ActionInfo"),
  };
}

/** What an ActionInfo says that `ResetType` may be. */
export function allowedIn(value: unknown): readonly string[] | undefined {
  const parameters = at(value, "Parameters");
  if (!Array.isArray(parameters)) return undefined;
  const one = parameters.find((parameter) => textAt(parameter, "Name") === "ResetType");
  return textsAt(one, "AllowableValues");
}

/** The ids of the members of a collection: the last steps of their paths. */
export function membersOf(value: unknown): readonly string[] {
  const members = at(value, "Members");
  if (!Array.isArray(members)) throw new Error("its collection of systems has no members");
  return members.flatMap((member) => {
    const id = pathAt(member, "@odata.id")?.split("/").filter(Boolean).at(-1);
    return id === undefined ? [] : [decodeURIComponent(id)];
  });
}

/** The reason in an error of the service. */
export function reasonIn(value: unknown): string {
  const info = at(value, "error", "@Message.ExtendedInfo");
  const first = Array.isArray(info) ? textAt(info[0], "Message") : undefined;
  return clip(first ?? textAt(at(value, "error"), "message") ?? "it gives no reason", 300);
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, step)
        ? Object.entries(inner).find(([key]) => key === step)?.[1]
        : undefined,
    value,
  );
}

function textAt(value: unknown, name: string): string | undefined {
  const found = at(value, name);
  return typeof found === "string" ? found : undefined;
}

function textsAt(value: unknown, name: string): readonly string[] | undefined {
  const found = at(value, name);
  return Array.isArray(found) ? found.filter((one) => typeof one === "string") : undefined;
}

/** A path on the same service: an address of another one is refused. */
function pathAt(value: unknown, name: string): string | undefined {
  const found = textAt(value, name);
  return found !== undefined && /^\/redfish\/[!-~]{1,500}$/.test(found) ? found : undefined;
}
