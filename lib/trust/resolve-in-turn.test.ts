import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ResolvedAddress } from "@/lib/protocol/safe-fetch/connector";
import { resolveInTurn } from "./resolve-in-turn";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("keeps one place for a name that nobody answers for, gives up on it, and resolves others meanwhile", async () => {
  const asked: string[] = [];
  const holes: (() => void)[] = [];
  const resolve = async (hostname: string): Promise<ResolvedAddress[]> => {
    asked.push(hostname);
    if (hostname.startsWith("hole")) await new Promise<void>((end) => holes.push(end));
    return [{ address: "192.0.2.1", family: 4 }];
  };
  const ask = (name: string) => resolveInTurn(name, resolve).catch(({ name }) => name);
  const late = Promise.all(["hole-1", "hole-1", "hole-1", "hole-2"].map(ask));

  expect(await ask("fine.example.org")).toEqual([{ address: "192.0.2.1", family: 4 }]);
  await vi.advanceTimersByTimeAsync(5_000);

  expect(await late).toEqual(Array(4).fill("TimeoutError"));
  expect(asked).toEqual(["hole-1", "hole-2", "fine.example.org"]);

  const more = Array.from({ length: 7 }, (_, n) => ask(`hole-${n + 3}`)); // beside the two, one too many
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await Promise.all(more)).toEqual(Array(7).fill("TimeoutError"));
  expect(asked).not.toContain("hole-9");
  for (const end of holes) end();
  expect(await ask("again.example.org")).toHaveLength(1);
});
