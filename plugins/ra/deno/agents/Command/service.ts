/**
 * Starts the program, passes the end on, and ends with it.
 *
 * @module
 */
import type { Service } from "../../../../handler/ra/typescript/agent.ts";
import type manifest from "./manifest.ts";
import { wordsOf } from "./words.ts";

const path = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";

const serve: Service<typeof manifest> = async (
  { program, arguments: text, folder = "/", password },
  { resource },
) => {
  const child = new Deno.Command(program, {
    args: [...wordsOf(text)],
    cwd: folder,
    // The marks of the service are inherited: by them it is found and ended. This process itself has an
    // environment that the plugin has chosen: `launch` of the class.
    env: {
      PATH: path,
      HA_RESOURCE: resource,
      ...(password === undefined ? {} : { HA_PASSWORD: password }),
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const { code } = await child.status;
  Deno.exit(code);
};

export default serve;
