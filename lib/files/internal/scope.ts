import type { StillAllowed, Tree } from "../tree";
import { readOnly } from "./refusals";

/** Whose nodes a tree walks, from where on, and what may be done to them. */
export type Scope = {
  siteId: string;
  ownerId: string;
  /** Null: the owner's own root. */
  rootId: string | null;
  canWrite: boolean;
  /** Who writes, as the owner reads it; absent: the owner. */
  writer?: string;
  /** Asked in every transaction that changes something. */
  stillAllowed?: StillAllowed;
  /** Asked in its place where a file only gets other content. */
  mayReplace?: StillAllowed;
  /** Goes on where a received share stands; without it such a place is not seen. */
  openMount?: (receivedShareId: string) => Promise<Tree>;
};

/** @throws READ_ONLY */
export function requireWritable(scope: Scope): void {
  if (!scope.canWrite) throw readOnly();
}
