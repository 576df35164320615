import { ApiError } from "@/components/api";

const GONE = ["NODE_NOT_FOUND", "SHARE_ENDED", "SHARE_EXPIRED", "SHARE_LEFT", "PEER_SHARE_GONE"];

/** Whether what was asked for is no longer there for me, rather than out of reach for a while. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && GONE.includes(error.code);
}
