/** The contract of a kind made for the loader's own tests. */
export interface Echo {
  say(text: string): string;
  bytes(bytes: Uint8Array): Uint8Array;
  fail(text: string): string;
  tell(times: number): number;
  misbehave(how: Misbehaviour): Promise<unknown> | unknown;
  extra?(): string;
}

/** Ways to go wrong, for tests of what the loader does about them. */
export type Misbehaviour =
  | "tell its process"
  | "circle"
  | "depth"
  | "map"
  | "exit"
  | "throw later"
  | "loop"
  | "never answer"
  | "flood"
  | "chatter";
