import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { noticesQuery } from "@/components/notices/queries";
import { receivedSharesQuery } from "@/components/sharing/queries";
import { accountQuery, usageQuery } from "@/components/shell/queries";
import { Shell } from "@/components/shell/shell";
import { getUsage } from "@/lib/files/usage";
import { requireUser } from "@/lib/http/page";
import { getAccount } from "@/lib/identity/account";
import { listNotices } from "@/lib/notices/notices";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";

export default async function AppLayout({ children }: { children: ReactNode }) {
  const user = await requireUser();
  const [account, usage, notices, received] = await Promise.all([
    getAccount(user),
    getUsage(user),
    listNotices(user, { limit: 50 }),
    listReceivedShares(user, { limit: 100 }),
  ]);
  const client = new QueryClient();
  client.setQueryData(accountQuery.queryKey, account);
  client.setQueryData(usageQuery.queryKey, usage);
  client.setQueryData(noticesQuery.queryKey, notices);
  client.setQueryData(receivedSharesQuery.queryKey, { pages: [received], pageParams: [null] });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <Shell>{children}</Shell>
    </HydrationBoundary>
  );
}
