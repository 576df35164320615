import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/components/api";
import { NoticePage } from "@/lib/notices/schema";

export const noticesQuery = queryOptions({
  queryKey: ["notices"],
  queryFn: () => api(NoticePage, "/api/notices?limit=50"),
});

export function useReadNotices() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api(z.unknown(), "/api/notices/read", { method: "POST", body: JSON.stringify({}) }),
    onSettled: () => client.invalidateQueries({ queryKey: noticesQuery.queryKey }),
  });
}
