/**
 * Stands for every plugin of kind `stonith`: a power switch of the simulated world. Its
 * configuration may name the `hosts` it can switch; without it can switch all.
 *
 * @module
 */
import { failed, ok, type SimHost, type SimPlugin } from "../sim_plugin.ts";

/** One device as one node sees it. */
export function stonith(host: SimHost): SimPlugin {
  const { world, name } = host.node;
  const hosts = hostsOf(host.config) ?? world.nodeNames;
  return {
    call(method, args, answer) {
      switch (method) {
        case "hosts":
          return answer(ok(hosts));
        case "status":
          return answer(
            ok({ ok: world.fencing.reaches(name, host.instance), detail: "simulated" }),
          );
        case "fence": {
          const [action, target, timeoutMs] = args;
          if (typeof target !== "string" || !hosts.includes(target)) {
            return answer(ok({ ok: false, detail: `cannot switch "${target}"` }));
          }
          const { boot } = host.node;
          world.fencing.ask(
            name,
            host.instance,
            target,
            String(action),
            Number(timeoutMs),
            (done, detail) => {
              // An asker that is gone hears nothing.
              if (!host.node.up || host.node.boot !== boot) return;
              host.node.whenRunning(() => answer(ok({ ok: done, detail })));
            },
          );
          return;
        }
        default:
          return answer(failed(`a stonith device has no method "${method}"`));
      }
    },
  };
}

function hostsOf(config: unknown): readonly string[] | undefined {
  if (typeof config !== "object" || config === null || !("hosts" in config)) return undefined;
  const { hosts } = config;
  if (typeof hosts === "string") return hosts.split(/[ ,]+/).filter((name) => name !== "");
  return Array.isArray(hosts) ? hosts.map(String) : undefined;
}
