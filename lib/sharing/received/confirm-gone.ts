import { db } from "@/lib/core/db";
import { isAppError } from "@/lib/core/errors";
import { type GoneJob, lookAgain } from "@/lib/sharing/received/note-gone";
import { openRemote } from "@/lib/sharing/received/open-remote";

const HOUR = 3_600_000;

/** The job of the next look at a share whose cloud says that it is gone. When its cloud does not say anything then, it is asked again within the hour. */
export async function confirmGone({ siteId, id }: GoneJob): Promise<void> {
  const find = () => db().receivedShare.findFirst({ where: { siteId, id, state: "accepted" } });
  const share = await find();
  if (!share?.goneSince) return;
  try {
    await (await openRemote(share)).tree.stat([]);
  } catch (error) {
    if (!isAppError(error)) throw error;
  }
  const after = await find();
  if (!after?.goneSince || after.goneLooks > share.goneLooks) return;
  await lookAgain(db(), { siteId, id }, new Date(Date.now() + HOUR));
}
