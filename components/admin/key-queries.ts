import { queryOptions } from "@tanstack/react-query";
import { useAdminChange } from "@/components/admin/queries";
import { api } from "@/components/api";
import { SiteKeyList } from "@/lib/sites/schema";

export const keysQuery = queryOptions({
  queryKey: ["admin", "keys"],
  queryFn: () => api(SiteKeyList, "/api/admin/keys"),
});

export const useChangeKeys = () =>
  useAdminChange((input: { isUrgent: boolean }) =>
    api(SiteKeyList, "/api/admin/keys", { method: "POST", body: JSON.stringify(input) }),
  );
