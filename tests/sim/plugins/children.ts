/**
 * Stands for the children of the recovery manager (`daemons/recoverymgrd/children.ts`): the processes of
 * a simulated node, which end with their parent.
 *
 * @module
 */
import { failed, ok, type SimHost, type SimPlugin } from "../sim_plugin.ts";

/** The processes of the node of this host. */
export function children({ node, emit }: SimHost): SimPlugin {
  node.parentHears = emit;
  return {
    call(method, [child], answer) {
      const name = String(child);
      switch (method) {
        case "start":
          node.startProcess(name);
          break;
        case "ping":
          node.pingProcess(name);
          break;
        case "stop":
          node.stopProcess(name);
          break;
        case "kill":
          node.killProcess(name);
          break;
        // The keys of this world do not change, and no service manager or face looks.
        case "hangup":
        case "beat":
        case "report":
          break;
        default:
          return answer(failed(`children have no method "${method}"`));
      }
      answer(ok());
    },
    close() {
      node.parentHears = undefined;
      node.endChildren();
    },
  };
}
