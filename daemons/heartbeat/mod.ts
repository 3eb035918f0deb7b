/**
 * Heartbeat: the process that has the network.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import type { Log } from "../runtime/log.ts";
import type { Composition, Surroundings } from "../site/main.ts";
import { start } from "../start.ts";
import { claim } from "./clients/claim.ts";
import { parametersOf } from "./clients/parameters.ts";
import { askKernel, libraries } from "./clients/peer_credentials.ts";
import { socketInstance } from "./clients/send.ts";
import { askIdentity } from "./clients/peer_identity.ts";
import { clientSocket } from "./clients/socket.ts";
import { listenToUsersBy, userRule } from "./clients/user_socket.ts";
import type { ClientsConfig } from "./clients/state.ts";
import { description, registerOf } from "./description.ts";
import { heartbeatOf } from "./heartbeat_of.ts";
import { loadCodecs, type LoadedCodecs, readAgain } from "./load_codecs.ts";
import { startTick } from "./tick.ts";

export { loadCodecs, type LoadedCodecs };

/** The local API of the original, for the machine and for the driver. */
interface LocalApi {
  readonly clients: ClientsConfig;
  readonly socket: ReturnType<typeof clientSocket>;
}

/**
 * The original's local API, if this daemon's parent granted it: to write `register` in the
 * folder of sockets is what decides. The stock library looks in `/run/heartbeat`.
 *
 * @throws {Error} if there are rules, and the kernel cannot be asked whom they apply to; or if
 * somebody serves it already.
 */
async function localApi({ config, log }: Surroundings): Promise<LocalApi | undefined> {
  const path = registerOf(config);
  if (Deno.permissions.querySync({ name: "write", path }).state !== "granted") return undefined;
  const credentials = askKernel();
  const { apiauth: rules } = config;
  const port = config.media.find(({ port }) => port !== undefined)?.port;
  if (rules !== undefined && credentials === undefined) {
    throw new DiagnosticError("Cannot serve the local API", [problem(
      ["apiauth"],
      "it restricts who may sign on, but heartbeat cannot ask the kernel for the identity of a client",
      "the C library is not granted to this process, or does not exist",
      `grant --allow-ffi=${libraries[0]} (or where the C library is), or remove apiauth`,
      "HA5019",
    )]);
  }
  await claim(path, credentials);
  return {
    clients: {
      parameters: parametersOf(config, {
        cluster: config.cluster,
        ...(port === undefined ? {} : { port }),
      }),
      ...(rules === undefined ? {} : { rules }),
    },
    socket: clientSocket({
      path,
      // Without rules the owner of the socket is whom they would name.
      ...(rules === undefined || credentials === undefined ? {} : { credentials }),
      log: (text) => log("heartbeat", "warning", text),
    }),
  };
}

/** The daemon's socket for other users, if a rule lets them in. `localApi` has refused what is amiss. */
function userSocket(
  { config: { apiauth }, log }: Surroundings,
): Pick<Composition, "listenToUsers"> {
  const rule = userRule(apiauth);
  const ask = rule && askIdentity();
  if (rule === undefined || ask === undefined) return {};
  return { listenToUsers: listenToUsersBy(rule, ask, (text) => log("heartbeat", "info", text)) };
}

/** `kill -HUP` reads the keys again, as it does for the original. */
function onHangup(reload: () => void): void {
  Deno.addSignalListener("SIGHUP", reload);
}

/** The same, for who has the codecs at hand. */
export function reloadOnHangup(codecs: LoadedCodecs, log: Log): void {
  onHangup(() => readAgain(codecs, log));
}

async function compose(surroundings: Surroundings): Promise<Composition> {
  const { config, loader, log, store } = surroundings;
  const api = await localApi(surroundings);
  const builtins = api === undefined ? {} : { [socketInstance]: api.socket };
  if (config.tick === "main") {
    const { reload, ...composition } = await heartbeatOf(config, {
      loader,
      log,
      store: await store("heartbeat"),
      clients: api?.clients,
    });
    onHangup(reload);
    return { ...composition, builtins, ...userSocket(surroundings) };
  }
  const thread = startTick({ config, log, clients: api?.clients, builtins });
  onHangup(() => thread.tell("reload"));
  return { machines: [], parts: [thread], ...userSocket(surroundings) };
}

if (import.meta.main) await start(description, compose);
