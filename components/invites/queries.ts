import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { api, urlOf } from "@/components/api";
import { BY_PAGE } from "@/components/paged";
import {
  AcceptedInviteView,
  InvitePage,
  InvitePreview,
  InviteView,
  SpokenInviteView,
  WayfAnswer,
} from "@/lib/contacts/schema";

const post = (body: unknown = {}): RequestInit => ({ method: "POST", body: JSON.stringify(body) });

export const invitesQuery = infiniteQueryOptions({
  ...BY_PAGE,
  queryKey: ["invites"],
  queryFn: ({ pageParam }) => api(InvitePage, urlOf("/api/invites", { after: pageParam, limit: 100 })),
});

function useInvitesChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: invitesQuery.queryKey }) });
}

export const useCreateInvite = () =>
  useInvitesChange((input: { note: string }) => api(InviteView, "/api/invites", post(input)));

export const useNoteInvite = () =>
  useInvitesChange(({ id, note }: { id: string; note: string }) =>
    api(InviteView, `/api/invites/${id}`, { method: "PATCH", body: JSON.stringify({ note }) }),
  );

export const useSpeakInvite = () =>
  useMutation({ mutationFn: (id: string) => api(SpokenInviteView, `/api/invites/${id}/words`, post()) });

export const useRevokeInvite = () =>
  useInvitesChange((id: string) => api(z.unknown(), `/api/invites/${id}`, { method: "DELETE" }));

export const useMailInvite = () =>
  useInvitesChange((input: { id: string; to: string }) =>
    api(z.unknown(), `/api/invites/${input.id}/mail`, post({ to: input.to })),
  );

export const usePreviewInvite = () =>
  useMutation({ mutationFn: (text: string) => api(InvitePreview, "/api/invites/preview", post({ text })) });

export function useAcceptInvite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { token: string; provider: string }) =>
      api(AcceptedInviteView, "/api/invites/accept", post(input)),
    onSuccess: () => client.invalidateQueries({ queryKey: ["contacts"] }),
  });
}

export const useWhereAreYouFrom = () =>
  useMutation({
    mutationFn: (input: { token: string; provider: string }) => api(WayfAnswer, "/api/wayf", post(input)),
  });
