import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { useAdminChange } from "@/components/admin/queries";
import { api, send } from "@/components/api";
import {
  type AddDirectoryInput,
  DirectoriesView,
  DirectoryView,
  OwnDirectoryView,
  type PublishDirectoryInput,
} from "@/lib/trust/schema";

const PATH = "/api/admin/directories";

export const directoriesQuery = queryOptions({
  queryKey: ["admin", "directories"],
  queryFn: () => api(DirectoriesView, PATH),
});

export const useAddDirectory = () =>
  useAdminChange((input: AddDirectoryInput) => api(DirectoryView, PATH, send("POST", input)));

export const useTrustDirectory = () =>
  useAdminChange(({ id, isTrusted }: { id: string; isTrusted: boolean }) =>
    api(DirectoryView, `${PATH}/${id}`, send("PATCH", { isTrusted })),
  );

export const useReadDirectory = () =>
  useAdminChange((id: string) => api(DirectoryView, `${PATH}/${id}/read`, { method: "POST" }));

export const useRemoveDirectory = () =>
  useAdminChange((id: string) => api(z.unknown(), `${PATH}/${id}`, { method: "DELETE" }));

export const usePublishDirectory = () =>
  useAdminChange((input: PublishDirectoryInput) => api(OwnDirectoryView, `${PATH}/own`, send("PUT", input)));

export const useChangeDirectoryKey = () =>
  useAdminChange(() => api(OwnDirectoryView, `${PATH}/own/key`, { method: "POST" }));
