/** Starts, and then neither answers nor closes. */
const never = () => new Promise<never>(() => {});
export default () => ({
  say: never,
  bytes: never,
  fail: never,
  tell: never,
  misbehave: never,
  close: never,
});
