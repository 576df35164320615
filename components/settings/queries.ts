import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { api, send } from "@/components/api";
import { accountQuery } from "@/components/shell/queries";
import {
  AccountView,
  AppPasswordView,
  type CreateAppPasswordInput,
  CreatedAppPassword,
  SessionView,
} from "@/lib/identity/schema";

export const sessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: () => api(z.array(SessionView), "/api/account/sessions"),
});

export const appPasswordsQuery = queryOptions({
  queryKey: ["account", "app-passwords"],
  queryFn: () => api(z.array(AppPasswordView), "/api/account/app-passwords"),
});

function useAccountChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: accountQuery.queryKey }),
  });
}

export const useUpdateAccount = () =>
  useAccountChange((input: { displayName?: string; mail?: string | null }) =>
    api(AccountView, "/api/account", send("PATCH", input)),
  );

export const useChangePassword = () =>
  useAccountChange((input: { current?: string; next: string }) =>
    api(z.unknown(), "/api/account/password", send("POST", input)),
  );

export const useEndSession = () =>
  useAccountChange((id: string) => api(z.unknown(), `/api/account/sessions/${id}`, { method: "DELETE" }));

export const useSignOutEverywhere = () =>
  useAccountChange((_: undefined) => api(z.unknown(), "/api/account/sessions", { method: "DELETE" }));

export const useCreateAppPassword = () =>
  useAccountChange((input: CreateAppPasswordInput) =>
    api(CreatedAppPassword, "/api/account/app-passwords", send("POST", input)),
  );

export const useRevokeAppPassword = () =>
  useAccountChange((id: string) => api(z.unknown(), `/api/account/app-passwords/${id}`, { method: "DELETE" }));

export const useRevokeAllAppPasswords = () =>
  useAccountChange((_: undefined) => api(z.unknown(), "/api/account/app-passwords", { method: "DELETE" }));
