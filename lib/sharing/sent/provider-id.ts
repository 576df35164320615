import type { Prisma, SentShare } from "@/prisma/generated/client";

// What other clouds call a share of ours: by its id, unless it was offered anew.

/** Under which `providerId` the Receiving Server knows a share. */
export const providerIdOf = ({ id, offeredAs }: Pick<SentShare, "id" | "offeredAs">): string => offeredAs ?? id;

/** The share that a Receiving Server calls so. Under what it was called before nothing is known any more. */
export const calledSo = (providerId: string): Prisma.SentShareWhereInput => ({
  OR: [{ id: providerId, offeredAs: null }, { offeredAs: providerId }],
});
