import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { api, fetchConfirmed, refusal, send } from "@/components/api";
import { refreshFolders } from "@/components/files/queries";
import { EntryView, VersionsView } from "@/lib/files/schema";

export function versionsQuery(nodeId: string) {
  return queryOptions({
    queryKey: ["files", "versions", nodeId],
    queryFn: ({ signal }) => api(VersionsView, `/api/files/${nodeId}/versions`, { signal }),
  });
}

/** Where the bytes of a version are. */
export const versionUrl = (id: string, options: { isDownload?: boolean } = {}): string =>
  `/content/versions?id=${id}${options.isDownload ? "&download=1" : ""}`;

/** A whole text, as it is since then. */
export function textQuery(url: string, since: string) {
  return queryOptions({
    queryKey: ["content", "whole-text", url, since],
    queryFn: async ({ signal }) => {
      const response = await fetchConfirmed(url, { signal });
      if (!response.ok) throw await refusal(response);
      return response.text();
    },
  });
}

export const useRestoreVersion = () =>
  useVersionChange((id: string) => api(EntryView, `/api/versions/${id}/restore`, send("POST")));

/** Null takes the name away. */
export const useNameVersion = () =>
  useVersionChange(({ id, name }: { id: string; name: string | null }) =>
    api(z.unknown(), `/api/versions/${id}`, send("PATCH", { name })),
  );

export const useDeleteVersion = () =>
  useVersionChange((id: string) => api(z.unknown(), `/api/versions/${id}`, { method: "DELETE" }));

function useVersionChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => refreshFolders(client) });
}
