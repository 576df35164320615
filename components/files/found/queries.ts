import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/components/api";
import { doEach } from "@/components/files/do-each";
import { refreshFolders } from "@/components/files/queries";
import { FoundList } from "@/lib/drive/schema";

export function foundQuery(which: "favourites" | "recent") {
  return queryOptions({
    queryKey: ["files", which],
    queryFn: ({ signal }) => api(FoundList, `/api/files/${which}`, { signal }),
  });
}

/** Makes things favourites, or no longer. */
export function useSetFavourite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ ids, isFavourite }: { ids: string[]; isFavourite: boolean }) =>
      doEach(ids, (id) => api(z.unknown(), `/api/files/${id}/favourite`, { method: isFavourite ? "PUT" : "DELETE" })),
    onSettled: () => refreshFolders(client),
  });
}
