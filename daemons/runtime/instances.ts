/**
 * The plugins that one machine has loaded: what its `load`, `unload` and `call` effects order.
 *
 * @module
 */
import type { Host, HostPlugin, Timer } from "./host.ts";
import type { Effect, Event, Result } from "./machine.ts";

/** Whose plugins they are. */
export interface InstancesOptions {
  /** The machine's, for the log. */
  readonly service: string;
  readonly host: Host;
  /** Takes what a plugin answers and emits. */
  readonly give: (event: Event) => void;
}

/** One `load`: a second one of the same name is another. */
interface Instance {
  plugin?: HostPlugin;
}

/** See the head of the file. */
export class Instances {
  readonly #options: InstancesOptions;
  readonly #host: Host;
  readonly #instances = new Map<string, Instance>();
  #over = false;

  constructor(options: InstancesOptions) {
    this.#options = options;
    this.#host = options.host;
  }

  /** Loads an instance; the machine gets `loaded`. One of that name before it is given back. */
  load({ instance, plugin, config }: Extract<Effect, { type: "load" }>): void {
    const { service, give } = this.#options;
    const host = this.#host;
    this.unload(instance);
    const own: Instance = {};
    const isCurrent = () => !this.#over && this.#instances.get(instance) === own;
    this.#instances.set(instance, own);
    host.load({
      service,
      instance,
      plugin,
      config,
      onEmit: (event) => {
        if (isCurrent()) give({ type: "emit", at: host.now(), instance, event });
      },
      onFault: ({ why, givenUp }) => {
        if (isCurrent()) give({ type: "fault", at: host.now(), instance, why, givenUp });
      },
    }, (loaded) => {
      if (!isCurrent()) {
        // Unloaded before it was there.
        if (loaded.ok) this.#close(plugin, loaded.plugin);
        return;
      }
      let result: Result;
      if (loaded.ok) {
        own.plugin = loaded.plugin;
        result = { ok: true, value: loaded.plugin.isolation };
      } else {
        this.#instances.delete(instance);
        result = loaded;
      }
      give({ type: "loaded", at: host.now(), instance, result });
    });
  }

  /** Gives an instance back. */
  unload(instance: string): void {
    const own = this.#instances.get(instance);
    this.#instances.delete(instance);
    if (own?.plugin !== undefined) this.#close(instance, own.plugin);
  }

  /** Calls a method; the machine gets the answer as `reply`, if it gave the call a number. */
  call({ id, instance, method, args, deadlineMs }: Extract<Effect, { type: "call" }>): void {
    const host = this.#host;
    const deadline: { timer?: Timer } = {};
    let isSettled = false;
    const answer = (result: Result) => {
      if (isSettled) return;
      isSettled = true;
      deadline.timer?.cancel();
      if (this.#over) return;
      const { give, service } = this.#options;
      if (id !== undefined) give({ type: "reply", at: host.now(), id, result });
      else if (!result.ok) host.log(service, "debug", `${instance}.${method}: ${result.error}`);
    };
    const plugin = this.#instances.get(instance)?.plugin;
    if (plugin === undefined) {
      answer({ ok: false, error: `"${instance}" is not loaded` });
      return;
    }
    plugin.call(method, args, answer);
    if (isSettled) return;
    deadline.timer = host.after(
      deadlineMs,
      () => answer({ ok: false, error: `no answer within ${deadlineMs} ms` }),
    );
  }

  /**
   * No event is passed on after this. What is loaded stays its process's, whose loader closes it.
   */
  end(): void {
    this.#over = true;
  }

  #close(name: string, plugin: HostPlugin): void {
    plugin.close((error) => {
      if (error === undefined) return;
      this.#host.log(this.#options.service, "warning", `Cannot unload ${name}: ${error}`);
    });
  }
}
