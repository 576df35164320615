import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { api, urlOf } from "@/components/api";
import {
  type AskForShareInput,
  BlockedSenderView,
  type BlockSenderInput,
  ReceivedSharePage,
  ReceivedShareView,
  RecipientAbilities,
  type ReshareInput,
  ReshareView,
  type SendShareInput,
  SentSharePage,
  SentShareView,
  ShareRequestView,
  Suggestion,
  type UpdateSentShareInput,
} from "@/lib/sharing/schema";

export const receivedSharesQuery = infiniteQueryOptions({
  queryKey: ["shares", "received"],
  queryFn: ({ pageParam }) => api(ReceivedSharePage, urlOf("/api/shares/received", { after: pageParam, limit: 100 })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

/** All shares of mine, or those of one file or folder. */
export function sentSharesQuery(nodeId?: string) {
  return infiniteQueryOptions({
    queryKey: ["shares", "sent", nodeId ?? "all"],
    queryFn: ({ pageParam }) => api(SentSharePage, urlOf("/api/shares/sent", { nodeId, after: pageParam, limit: 100 })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function suggestPeople(search: string, signal: AbortSignal): Promise<Suggestion[]> {
  return api(z.array(Suggestion), urlOf("/api/people/suggestions", { search }), { signal });
}

/** What can be asked of people of that cloud; empty: this one. */
export const abilitiesQuery = (provider: string) =>
  queryOptions({
    queryKey: ["abilities", provider],
    queryFn: () => api(RecipientAbilities, urlOf("/api/people/abilities", { provider })),
  });

export function useSendShare() {
  return useShareChange(["sent", "files"], (input: z.input<typeof SendShareInput>) =>
    api(SentShareView, "/api/shares/sent", { method: "POST", body: JSON.stringify(input) }),
  );
}

export function useUpdateShare() {
  return useShareChange(["sent"], ({ id, ...change }: UpdateSentShareInput & { id: string }) =>
    api(SentShareView, `/api/shares/sent/${id}`, { method: "PATCH", body: JSON.stringify(change) }),
  );
}

export function useRevokeShare() {
  return useShareChange(["sent", "files"], (id: string) =>
    api(z.unknown(), `/api/shares/sent/${id}`, { method: "DELETE" }),
  );
}

export function useRetryShare() {
  return useShareChange(["sent"], (id: string) => api(z.unknown(), `/api/shares/sent/${id}/retry`, { method: "POST" }));
}

export function useRetryAnswer() {
  return useShareChange(["received"], (id: string) =>
    api(z.unknown(), `/api/shares/received/${id}/retry`, { method: "POST" }),
  );
}

export function useAcceptShare() {
  return useShareChange(["received", "files"], ({ id, addContact = false }: { id: string; addContact?: boolean }) =>
    api(ReceivedShareView, `/api/shares/received/${id}/accept`, {
      method: "POST",
      body: JSON.stringify({ addContact }),
    }),
  );
}

export function useDeclineShare() {
  return useShareChange(["received"], (id: string) =>
    api(z.unknown(), `/api/shares/received/${id}/decline`, { method: "POST" }),
  );
}

/** With whom I have had a received share given. */
export const resharesQuery = (receivedShareId: string) =>
  queryOptions({
    queryKey: ["shares", "received", receivedShareId, "reshares"],
    queryFn: () => api(z.array(ReshareView), `/api/shares/received/${receivedShareId}/reshares`),
  });

export function useReshare(receivedShareId: string) {
  return useShareChange(["received"], (input: ReshareInput) =>
    api(ReshareView, `/api/shares/received/${receivedShareId}/reshares`, {
      method: "POST",
      body: JSON.stringify(input),
    }),
  );
}

export function useUpdateReshare(receivedShareId: string) {
  return useShareChange(["received"], ({ id, role }: { id: string; role: ReshareView["role"] }) =>
    api(ReshareView, `/api/shares/received/${receivedShareId}/reshares/${id}`, {
      method: "PATCH",
      body: JSON.stringify({ role }),
    }),
  );
}

export function useEndReshare(receivedShareId: string) {
  return useShareChange(["received"], (id: string) =>
    api(z.unknown(), `/api/shares/received/${receivedShareId}/reshares/${id}`, { method: "DELETE" }),
  );
}

/** What contacts and people of this cloud ask me for. */
export const shareRequestsQuery = queryOptions({
  queryKey: ["shares", "sent", "requests"],
  queryFn: () => api(z.array(ShareRequestView), "/api/share-requests"),
});

export function useAskForShare() {
  return useShareChange([], (input: AskForShareInput) =>
    api(z.unknown(), "/api/share-requests", { method: "POST", body: JSON.stringify(input) }),
  );
}

export function useAnswerRequest() {
  return useShareChange(["sent"], ({ id, isGranted }: { id: string; isGranted: boolean }) =>
    api(z.unknown(), `/api/share-requests/${id}`, { method: "PATCH", body: JSON.stringify({ isGranted }) }),
  );
}

/** From whom I take no offers. */
export const blockedSendersQuery = queryOptions({
  queryKey: ["shares", "blocked-senders"],
  queryFn: () => api(z.array(BlockedSenderView), "/api/shares/blocked-senders"),
});

/** Takes no more offers from the sender of one, or from his whole cloud. */
export function useBlockSender() {
  return useShareChange(["received", "blocked-senders"], ({ id, whom }: BlockSenderInput & { id: string }) =>
    api(z.unknown(), `/api/shares/received/${id}/block`, { method: "POST", body: JSON.stringify({ whom }) }),
  );
}

export function useUnblockSender() {
  return useShareChange(["blocked-senders"], ({ provider, identifier }: BlockedSenderView) =>
    api(z.unknown(), "/api/shares/blocked-senders", {
      method: "DELETE",
      body: JSON.stringify({ provider, identifier }),
    }),
  );
}

/** Ends an accepted share from this side, or clears away one that has ended. */
export function useLeaveShare() {
  return useShareChange(["received", "files"], (id: string) =>
    api(z.unknown(), `/api/shares/received/${id}`, { method: "DELETE" }),
  );
}

function useShareChange<Input, Output>(
  touches: ("sent" | "received" | "blocked-senders" | "files")[],
  mutationFn: (input: Input) => Promise<Output>,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () =>
      Promise.all(
        touches.map((part) => client.invalidateQueries({ queryKey: part === "files" ? ["files"] : ["shares", part] })),
      ),
  });
}
