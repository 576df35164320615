import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { z } from "zod";
import { api, urlOf } from "@/components/api";
import { BY_PAGE } from "@/components/paged";
import {
  ContactPage,
  ContactView,
  ContactWithShares,
  ContactWords,
  type UpdateContactInput,
} from "@/lib/contacts/schema";

export const contactsQuery = (search: string) =>
  infiniteQueryOptions({
    ...BY_PAGE,
    queryKey: ["contacts", { search }],
    queryFn: ({ pageParam }) => api(ContactPage, urlOf("/api/contacts", { search, after: pageParam, limit: 200 })),
    placeholderData: keepPreviousData,
  });

export const contactQuery = (id: string) =>
  queryOptions({ queryKey: ["contacts", id], queryFn: () => api(ContactWithShares, `/api/contacts/${id}`) });

export function useUpdateContact() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: UpdateContactInput & { id: string }) =>
      api(ContactView, `/api/contacts/${id}`, { method: "PATCH", body: JSON.stringify(body) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["contacts"] }),
  });
}

const wordsOf = (id: string) => `/api/contacts/${id}/words`;

/** Asks the contact's cloud for its keys, so it is not asked again by itself. */
export const contactWordsQuery = (id: string) =>
  queryOptions({
    queryKey: ["contact-words", id],
    queryFn: () => api(ContactWords, wordsOf(id), { method: "POST" }),
    retry: false,
    staleTime: 60_000,
    gcTime: 0,
  });

/** Marks a contact as verified by the words that were compared, or takes the mark away. */
export function useVerifyContact(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (words: string[] | null) =>
      api(ContactView, wordsOf(id), words ? { method: "PUT", body: JSON.stringify({ words }) } : { method: "DELETE" }),
    onSuccess: () =>
      Promise.all(
        [["contacts"], ["shares"], ["suggestions"]].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
}

export function useRemoveContact() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api(z.unknown(), `/api/contacts/${id}`, { method: "DELETE" }),
    onSuccess: () => Promise.all([["contacts"], ["shares"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
