/** By what a message of another cloud was believed: its signature, or what stands in for one. */
export type Proof = {
  /** The algorithm, or `none`. */
  signature: string;
  keyid?: string;
  /** What whoever did not sign has shown: `secret` of the share, `token` of the invite, or `nothing`. */
  shown?: "secret" | "token" | "nothing";
};

/** A message of another cloud: from which, and how that is known. */
export type Heard = { provider: string; proof: Proof };
