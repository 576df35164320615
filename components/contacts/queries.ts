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
import { ContactPage, ContactView } from "@/lib/contacts/schema";

const ContactWithShares = ContactView.extend({ sentShares: z.number(), receivedShares: z.number() });
export type ContactWithShares = z.infer<typeof ContactWithShares>;

export const contactsQuery = (search: string) =>
  infiniteQueryOptions({
    ...BY_PAGE,
    queryKey: ["contacts", { search }],
    queryFn: ({ pageParam }) => api(ContactPage, urlOf("/api/contacts", { search, after: pageParam, limit: 200 })),
    placeholderData: keepPreviousData,
  });

export const contactQuery = (id: string) =>
  queryOptions({ queryKey: ["contacts", id], queryFn: () => api(ContactWithShares, `/api/contacts/${id}`) });

export function useRemoveContact() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api(z.unknown(), `/api/contacts/${id}`, { method: "DELETE" }),
    onSuccess: () => Promise.all([["contacts"], ["shares"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
