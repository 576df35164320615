import { queryOptions } from "@tanstack/react-query";
import { api } from "@/components/api";
import { UsageView } from "@/lib/files/schema";
import { AccountView } from "@/lib/identity/schema";

export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: () => api(AccountView, "/api/account"),
  staleTime: 5 * 60_000,
});

export const usageQuery = queryOptions({
  queryKey: ["usage"],
  queryFn: () => api(UsageView, "/api/files/usage"),
});
