import { describe, expect, it } from "vitest";
import { conflict, forbidden, peerFailed } from "@/lib/core/errors";
import { failureOfAnswer, failureOfError, nextDelay } from "@/lib/delivery/failure";

const answer = (status: number, retryAfter: number | null = null) => ({ status, json: {}, retryAfter });

describe("the next try", () => {
  it.each([
    [1, 5],
    [2, 10],
    [5, 80],
    [11, 3600],
    [1000, 3600],
  ])("comes after attempt %i in about %i s", (attempts, seconds) => {
    expect(nextDelay(attempts, null, 0.5)).toBe(seconds * 1000);
    expect(nextDelay(attempts, null, 0)).toBe(seconds * 750);
    expect(nextDelay(attempts, null, 1)).toBe(seconds * 1250);
  });

  it("comes not before the peer asks for it, within an hour", () => {
    expect(nextDelay(1, 120, 0.5)).toBe(120_000);
    expect(nextDelay(1, 1_000_000, 0.5)).toBe(3_600_000);
    expect(nextDelay(11, 1, 0.5)).toBe(3_600_000);
  });
});

describe("a failure", () => {
  it.each([400, 403, 404, 405, 410, 413, 422, 501])("of status %i is final", (status) => {
    expect(failureOfAnswer(answer(status)).isFinal).toBe(true);
  });

  it.each([302, 401, 408, 425, 429, 500, 502, 503, 504])("of status %i passes", (status) => {
    expect(failureOfAnswer(answer(status)).isFinal).toBe(false);
  });

  it.each([400, 418, 429, 500])("has a sentence for people: %i", (status) => {
    expect(failureOfAnswer(answer(status)).sentence).toMatch(/^The other cloud .+\.$/);
  });

  it("of the network passes, a refusal by our own rule may be lifted, and a bug tells nothing", () => {
    expect(failureOfError(peerFailed("PEER_TIMEOUT", "Late."))).toMatchObject({ isFinal: false, sentence: "Late." });
    expect(failureOfError(forbidden("PROVIDER_NOT_TRUSTED", "No."))).toMatchObject({ isFinal: false, sentence: "No." });
    expect(failureOfError(conflict("CANNOT_BE_TOLD", "Never."))).toMatchObject({ isFinal: true, fault: null });
    expect(failureOfError(new Error("secret"))).toMatchObject({ isFinal: false, reason: "broken" });
    expect(failureOfError(new Error("secret")).sentence).not.toContain("secret");
  });
});
