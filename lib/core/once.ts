/** One value per process, under a name. The server and the Next bundle load `lib/` as two module graphs. */
export function once<T>(name: string, make: () => T): T {
  const slots = globalThis as unknown as Record<symbol, T | undefined>;
  const key = Symbol.for(`tessera.${name}`);
  slots[key] ??= make();
  return slots[key];
}
