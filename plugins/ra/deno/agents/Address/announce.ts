/**
 * Tells the neighbours that an address is here now. Deno cannot send frames of its own, so a program
 * does it, or the kernel, as it asks for a neighbour with the new address as the sender: each host that has an
 * entry for the address corrects it.
 *
 * @module
 */
import { run } from "./ip.ts";

/** What is announced, and with what. */
export interface Announced {
  readonly address: string;
  readonly nic: string;
  readonly ip: string;
  readonly arping: string;
  readonly gateway?: string;
}

/** Announcements by arping. */
const times = 3;
/** The port to which nobody listens. */
const discard = 9;

/** Announces it. @returns how, or why it could not be. Never rejects: the address works all the same. */
export async function announce(what: Announced): Promise<string> {
  const { address, nic, arping, gateway } = what;
  if (!address.includes(":")) {
    try {
      const words = ["-q", "-U", "-c", String(times), "-w", "2", "-I", nic, address];
      const { ok, said } = await run(arping, words);
      if (ok) return `announced ${times} times by ${arping}`;
      if (gateway === undefined) return `not announced: ${said}`;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) return `not announced: ${error}`;
    }
  }
  if (gateway === undefined) return `not announced: without ${arping}, name a gateway`;
  if (gateway.includes(":") !== address.includes(":")) {
    return "not announced: the gateway is of another family";
  }
  return await ask(what, gateway);
}

/** Has the kernel ask for a neighbour, with the address as the sender. */
async function ask({ ip, nic, address }: Announced, gateway: string): Promise<string> {
  // While the kernel knows the neighbour, it does not ask.
  await run(ip, ["neighbour", "del", gateway, "dev", nic]);
  // Deno's own datagrams need a flag that an agent does not have.
  const { createSocket } = await import("node:dgram");
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const said = Promise.withResolvers<string>();
  const not = (error: Error) => said.resolve(`not announced: ${error.message}`);
  socket.on("error", not);
  try {
    socket.bind({ address, port: 0 }, () => {
      socket.send(new Uint8Array(1), discard, gateway, (error) => {
        if (error === null) said.resolve(`announced by a question to ${gateway}`);
        else not(error);
      });
    });
    return await said.promise;
  } catch (error) {
    return `not announced: ${error}`;
  } finally {
    socket.close();
  }
}
