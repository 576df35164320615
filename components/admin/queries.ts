import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { z } from "zod";
import { examine } from "@/components/admin/doctor-lines";
import { api, send, urlOf } from "@/components/api";
import { BY_PAGE } from "@/components/paged";
import type { DoctorStep } from "@/lib/admin/doctor/schema";
import {
  AuditedProviders,
  type AuditFilter,
  AuditPage,
  DeliveryPage,
  type DeliveryState,
  type DryRunInput,
  DryRunView,
} from "@/lib/admin/schema";
import {
  type CreatePersonInput,
  GroupMemberPage,
  GroupPage,
  GroupView,
  PeoplePage,
  PersonView,
  type UpdatePersonInput,
} from "@/lib/identity/schema";
import { type CreateSiteInput, PoliciesView, SiteList, SiteView, type UpdateSitePolicies } from "@/lib/sites/schema";
import {
  ImportPlan,
  ProviderDay,
  type ProviderManners,
  ProviderPage,
  type ProviderStanding,
  ProviderView,
  SeenKey,
} from "@/lib/trust/schema";

export const peopleQuery = (search: string) =>
  infiniteQueryOptions({
    ...BY_PAGE,
    queryKey: ["admin", "people", { search }],
    queryFn: ({ pageParam }) => api(PeoplePage, urlOf("/api/admin/people", { search, after: pageParam, limit: 200 })),
    placeholderData: keepPreviousData,
  });

export const groupsQuery = (search: string) =>
  infiniteQueryOptions({
    ...BY_PAGE,
    queryKey: ["admin", "groups", { search }],
    queryFn: ({ pageParam }) => api(GroupPage, urlOf("/api/admin/groups", { search, after: pageParam, limit: 200 })),
    placeholderData: keepPreviousData,
  });

export const groupMembersQuery = (groupId: string) =>
  infiniteQueryOptions({
    ...BY_PAGE,
    queryKey: ["admin", "groups", groupId, "members"],
    queryFn: ({ pageParam }) =>
      api(GroupMemberPage, urlOf(`/api/admin/groups/${groupId}/members`, { after: pageParam, limit: 200 })),
  });

export const providersQuery = (search: string) =>
  infiniteQueryOptions({
    ...BY_PAGE,
    queryKey: ["admin", "providers", { search }],
    queryFn: ({ pageParam }) =>
      api(ProviderPage, urlOf("/api/admin/providers", { search, after: pageParam, limit: 200 })),
    placeholderData: keepPreviousData,
  });

const ProviderWhole = ProviderView.extend({
  ties: z.object({ contacts: z.number(), shares: z.number() }),
  days: z.array(ProviderDay),
  seenKeys: z.array(SeenKey),
});
export type ProviderWhole = z.infer<typeof ProviderWhole>;

/** A cloud with what is between it and the people here, how it answered, and its keys. */
export const providerQuery = (provider: string) =>
  queryOptions({
    queryKey: ["admin", "providers", provider],
    queryFn: () => api(ProviderWhole, `/api/admin/providers/${encodeURIComponent(provider)}`),
  });

export const policiesQuery = queryOptions({
  queryKey: ["admin", "policies"],
  queryFn: () => api(PoliciesView, "/api/admin/policies"),
});

const tryOut = (decision: DryRunInput) => api(DryRunView, "/api/admin/dry-run", send("POST", decision));

/** What a decision on another cloud would do with what exists. */
export const dryRunQuery = (provider: NonNullable<DryRunInput["provider"]>) =>
  queryOptions({ queryKey: ["admin", "dry-run", provider], queryFn: () => tryOut({ provider }) });

/** The same, when it is asked for. */
export const useTryProvider = () =>
  useMutation({ mutationFn: (provider: NonNullable<DryRunInput["provider"]>) => tryOut({ provider }) });

/** The same of a change of the policies. */
export const useTryPolicies = () => useMutation({ mutationFn: (policies: UpdateSitePolicies) => tryOut({ policies }) });

export const sitesQuery = queryOptions({
  queryKey: ["admin", "sites"],
  queryFn: () => api(SiteList, "/api/admin/sites"),
});

export const deliveriesQuery = ({ state, search }: { state: DeliveryState | "all"; search: string }) =>
  infiniteQueryOptions({
    ...BY_PAGE,
    queryKey: ["admin", "deliveries", { state, search }],
    queryFn: ({ pageParam }) => {
      const query = { state: state === "all" ? null : state, search, after: pageParam, limit: 100 };
      return api(DeliveryPage, urlOf("/api/admin/deliveries", query));
    },
    placeholderData: keepPreviousData,
  });

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    ...BY_PAGE,
    queryKey: ["admin", "audit", filter],
    queryFn: ({ pageParam }) => api(AuditPage, urlOf("/api/admin/audit", { ...filter, after: pageParam, limit: 100 })),
    placeholderData: keepPreviousData,
  });

/** Clouds that the audit trail may be narrowed to, by some letters of their names. */
export const auditedProvidersQuery = (search: string) =>
  queryOptions({
    queryKey: ["admin", "audit", "providers", search],
    queryFn: async () => (await api(AuditedProviders, urlOf("/api/admin/audit/providers", { search }))).items,
    placeholderData: keepPreviousData,
  });

/** An examination of the way to a cloud, of which there are as many as asked for; its steps are there as they end. */
export const doctorQuery = (asked: { domain: string; count: number }) =>
  queryOptions({
    queryKey: ["doctor", asked],
    queryFn: async ({ client, queryKey, signal }) => {
      let steps: DoctorStep[] = [];
      client.setQueryData(queryKey, steps);
      for await (const step of examine(asked.domain, signal)) {
        steps = [...steps, step];
        client.setQueryData(queryKey, steps);
      }
      return steps;
    },
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: "always",
  });

/** A change after which whatever administrators see is asked for anew. */
export function useAdminChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: ["admin"] }) });
}

export const useCreatePerson = () =>
  useAdminChange((input: CreatePersonInput) => api(PersonView, "/api/admin/people", send("POST", input)));

export const useUpdatePerson = () =>
  useAdminChange(({ id, ...input }: UpdatePersonInput & { id: string }) =>
    api(PersonView, `/api/admin/people/${id}`, send("PATCH", input)),
  );

export const useResetPassword = () =>
  useAdminChange(({ id, password }: { id: string; password: string }) =>
    api(z.unknown(), `/api/admin/people/${id}/password`, send("POST", { password })),
  );

export const useResetSecondFactor = () =>
  useAdminChange((id: string) => api(z.unknown(), `/api/admin/people/${id}/second-factor`, { method: "DELETE" }));

export const useCreateGroup = () =>
  useAdminChange((input: { name: string }) => api(GroupView, "/api/admin/groups", send("POST", input)));

export const useRenameGroup = () =>
  useAdminChange(({ id, name }: { id: string; name: string }) =>
    api(GroupView, `/api/admin/groups/${id}`, send("PATCH", { name })),
  );

export const useDeleteGroup = () =>
  useAdminChange((id: string) => api(z.unknown(), `/api/admin/groups/${id}`, { method: "DELETE" }));

export const useSetMember = () =>
  useAdminChange(({ groupId, userId, isMember }: { groupId: string; userId: string; isMember: boolean }) =>
    api(GroupView, `/api/admin/groups/${groupId}/members/${userId}`, { method: isMember ? "PUT" : "DELETE" }),
  );

export const useAddProvider = () =>
  useAdminChange((input: { domain: string; standing: "listed" | "blocked"; privateNetwork?: string }) =>
    api(ProviderView, "/api/admin/providers", send("POST", input)),
  );

export const useImportProviders = () =>
  useAdminChange((input: { file: string; isConfirmed: boolean }) =>
    api(ImportPlan, "/api/admin/providers-file", send("POST", input)),
  );

export const useUpdateProvider = () =>
  useAdminChange(({ provider, standing }: { provider: string; standing: z.infer<typeof ProviderStanding> }) =>
    api(ProviderView, `/api/admin/providers/${encodeURIComponent(provider)}`, send("PATCH", { standing })),
  );

export const useSetManners = () =>
  useAdminChange(({ provider, ...manners }: Partial<ProviderManners> & { provider: string }) =>
    api(ProviderView, `/api/admin/providers/${encodeURIComponent(provider)}`, send("PATCH", manners)),
  );

export const useSetPrivateNetwork = () =>
  useAdminChange(({ provider, privateNetwork }: { provider: string; privateNetwork: string | null }) =>
    api(ProviderView, `/api/admin/providers/${encodeURIComponent(provider)}`, send("PATCH", { privateNetwork })),
  );

export const useRemoveProvider = () =>
  useAdminChange((provider: string) =>
    api(z.unknown(), `/api/admin/providers/${encodeURIComponent(provider)}`, { method: "DELETE" }),
  );

export const useRetryDelivery = () =>
  useAdminChange((id: string) => api(z.unknown(), `/api/admin/deliveries/${id}/retry`, { method: "POST" }));

export const useDropDelivery = () =>
  useAdminChange((id: string) => api(z.unknown(), `/api/admin/deliveries/${id}/drop`, { method: "POST" }));

export const useRetryDeliveries = () =>
  useAdminChange((provider: string) =>
    api(z.object({ count: z.number() }), "/api/admin/deliveries/retry", send("POST", { provider })),
  );

export const useUpdatePolicies = () =>
  useAdminChange((input: UpdateSitePolicies) => api(PoliciesView, "/api/admin/policies", send("PATCH", input)));

export const useAddSite = () =>
  useAdminChange((input: CreateSiteInput) => api(SiteView, "/api/admin/sites", send("POST", input)));

export const useUpdateSite = () =>
  useAdminChange(({ id, ...input }: { id: string; isDisabled: boolean }) =>
    api(SiteView, `/api/admin/sites/${id}`, send("PATCH", input)),
  );
