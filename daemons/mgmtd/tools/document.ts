/**
 * Reads and changes the CIB for the tools.
 *
 * @module
 */
import { parse, type XmlElement, XmlSyntaxError } from "@std/xml";
import { codeIn } from "../../../metadata/code.ts";
import { Ending, exitCode } from "../compat/exit_code.ts";
import { documentOf } from "../steer/node.ts";
import { write } from "../steer/write.ts";
import type { ToolCall } from "./tool.ts";

/** Exit codes that only the tools have. */
export const toolExit = {
  ...exitCode,
  badData: 65,
  config: 78,
  old: 103,
  exists: 108,
} as const;

/** The newest document. */
export const document = async (call: ToolCall): Promise<XmlElement> =>
  await documentOf(await call.client());

/** An element that a person gave. @throws {Ending} if it is no XML. */
export function elementIn(text: string): XmlElement {
  try {
    return parse(text, { ignoreWhitespace: true }).root;
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
    throw new Ending(toolExit.badData, `Could not parse the XML: ${error.message}`);
  }
}

/**
 * Changes the CIB: worked out on the newest document, and again if somebody else was faster.
 *
 * @throws {Ending} if it is refused.
 */
export async function change(
  call: ToolCall,
  command: string,
  work: (cib: XmlElement) => XmlElement,
): Promise<void> {
  const written = await write(
    await call.client(),
    work,
    { user: call.user, command, reason: undefined },
    { token: call.token(), now: call.now },
  );
  if (written.type !== "done") throw new Ending(toolExit.config, `Call failed: ${written.why}`);
  for (const warning of written.warnings) {
    if (!isOfOldVersion(warning)) call.err(`warning: ${warning}`);
  }
}

/** A warning that Pacemaker 3.0 calls something otherwise: scripts write what Pacemaker 2.1 has. */
export const isOfOldVersion = (warning: string): boolean =>
  !warning.startsWith("error") && codeIn(warning) === "HA3006";
