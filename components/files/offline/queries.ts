import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { api, urlOf } from "@/components/api";
import { refreshFolders } from "@/components/files/queries";
import { OfflineFacts } from "@/lib/drive/schema";

/** What is kept here of a place on another cloud. */
export function offlineQuery(path: string) {
  return queryOptions({
    queryKey: ["files", "offline", path],
    queryFn: ({ signal }) =>
      api(z.object({ offline: OfflineFacts.nullable() }), urlOf("/api/files/offline", { path }), { signal }),
  });
}

/** Has a copy kept here from now on, or no more. */
export function useKeepHere() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, isWanted }: { path: string; isWanted: boolean }) =>
      isWanted
        ? api(z.unknown(), "/api/files/offline", { method: "POST", body: JSON.stringify({ path }) })
        : api(z.unknown(), urlOf("/api/files/offline", { path }), { method: "DELETE" }),
    onSettled: () => refreshFolders(client),
  });
}
