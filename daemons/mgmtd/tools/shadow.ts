/**
 * A shadow copy of the configuration (`crm_shadow`): a file that stands for the cluster. Programs read
 * and change it as they do the CIB of a node, over a client that answers from the file.
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";
import type { Client } from "../../runtime/client.ts";
import type { CibChange, Message } from "../../runtime/messages.ts";
import { applyChanges, readCib, textOf, versionOf } from "../../cib/doors/document.ts";
import { Refusal } from "../../runtime/reader.ts";
import type { Node } from "../compat/ask.ts";
import { Ending } from "../compat/exit_code.ts";
import { hold } from "../whole_file.ts";
import { elementIn, toolExit } from "./document.ts";

/** A document as it is on disk. */
export const fileText = (root: XmlElement): string => `${stringify(root, { indent: "  " })}\n`;

/** Reads a shadow copy. @throws {Ending} if there is none, or it is no CIB. */
export async function readShadow(path: string, read: (path: string) => Promise<string>) {
  const text = await read(path).catch((error: unknown) => {
    throw new Ending(toolExit.noSuch, error instanceof Error ? error.message : String(error));
  });
  const root = elementIn(text);
  if (root.name.raw === "cib") return root;
  throw new Ending(toolExit.badData, `${path} is no shadow copy: its root is <${root.name.raw}>`);
}

/** What a client may ask of a file: the document, and changes to it. */
interface Copy {
  document(): Promise<XmlElement>;
  apply(changes: readonly CibChange[]): Promise<string | undefined>;
}

function copyOf(path: string, read: (path: string) => Promise<string>): Copy {
  return {
    document: () => readShadow(path, read),
    async apply(changes) {
      await using file = await hold(path, 0o600);
      const made = applyChanges(readCib(textOf(await readShadow(path, read))), changes);
      if (!made.ok) return made.error;
      await file.write(fileText(made.root));
      return undefined;
    },
  };
}

/** The answer of a node's cib, given by the file. */
async function answered(copy: Copy, service: string, message: Message): Promise<Message> {
  if (service === "cib" && message.type === "cib/query") {
    const root = await copy.document();
    return {
      type: "cib/document",
      id: message.id,
      version: versionOf(root),
      xml: stringify(root),
    };
  }
  if (service === "cib" && message.type === "cib/apply") {
    const error = await copy.apply(message.changes);
    const { id } = message;
    return { type: "cib/applied", id, ok: error === undefined, ...(error && { error }) };
  }
  throw new Ending(
    toolExit.unimplemented,
    `A shadow copy has no ${service}: unset CIB_shadow to ask the cluster`,
  );
}

/** A client, as programs of people have it. */
export function shadowClient(path: string, read: (path: string) => Promise<string>): Client {
  const copy = copyOf(path, read);
  return {
    send() {},
    async ask<T extends Message>(
      service: string,
      message: Message,
      matches: (answer: Message) => answer is T,
    ) {
      const answer = await answered(copy, service, message);
      if (matches(answer)) return answer;
      throw new Ending(toolExit.error, `The shadow copy gave another answer than ${message.type}`);
    },
    services: () => ["cib"],
    closed: new Promise(() => {}),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The same, as programs of agents have it. */
export function shadowNode(path: string, readFile: (path: string) => Promise<string>): Node {
  const copy = copyOf(path, readFile);
  return {
    async ask(service, _rule, question, read) {
      const given = read(await answered(copy, service, question("shadow")));
      if (given instanceof Refusal) throw new Ending(toolExit.error, String(given));
      return given;
    },
    close() {},
  };
}
