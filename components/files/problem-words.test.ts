import { expect, it } from "vitest";
import { ApiError } from "@/components/api";
import { problemWords } from "./problem-words";

const refusal = (code: string, detail: string) =>
  new ApiError(404, { code, detail, fields: [], retryAfter: undefined });

it("says of each way in which a share can be out of reach that nothing is lost, or what stays", () => {
  const codes = ["SHARE_ENDED", "SHARE_EXPIRED", "PEER_SHARE_GONE", "PEER_TIMEOUT", "PEER_UNREACHABLE", "PEER_BUSY"];
  for (const code of [...codes, "PROVIDER_NOT_TRUSTED"]) {
    const { title, text, back } = problemWords("/Photos/deep", refusal(code, "What happened."));
    expect(title).not.toBe("This folder could not be opened");
    expect(text).toMatch(/^What happened\. (Nothing is lost|Copies that you downloaded stay with you)/);
    expect(back.path).toBe("/");
  }
});

it("leads to the folder above when only something in it is missing", () => {
  const { title, back } = problemWords("/Photos/deep", refusal("NODE_NOT_FOUND", "There is nothing of that name."));

  expect(title).toBe("This folder is not here");
  expect(back).toEqual({ path: "/Photos", label: "Folder above" });
});

it("gives the sentence as it is where there is nothing to add", () => {
  const { text } = problemWords("/Photos", refusal("SHARE_LEFT", "You left “Photos”."));

  expect(text).toBe("You left “Photos”.");
});
