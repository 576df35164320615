import { queryOptions } from "@tanstack/react-query";
import { api } from "@/components/api";
import { StorageView } from "@/lib/files/schema";

export const storageQuery = queryOptions({
  queryKey: ["admin", "storage"],
  queryFn: () => api(StorageView, "/api/admin/storage"),
});
