import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { z } from "zod";
import { examine } from "@/components/admin/doctor-lines";
import { api, urlOf } from "@/components/api";
import { BY_PAGE } from "@/components/paged";
import type { DoctorStep } from "@/lib/admin/doctor/schema";
import { type AuditFilter, AuditPage, DeliveryPage, type DeliveryState } from "@/lib/admin/schema";
import { type CreatePersonInput, PeoplePage, PersonView, type UpdatePersonInput } from "@/lib/identity/schema";
import { SitePolicies } from "@/lib/sites/schema";
import { type DialectName, ProviderPage, type ProviderStanding, ProviderView } from "@/lib/trust/schema";

const send = (method: string, body: unknown): RequestInit => ({ method, body: JSON.stringify(body) });

export const peopleQuery = (search: string) =>
  infiniteQueryOptions({
    ...BY_PAGE,
    queryKey: ["admin", "people", { search }],
    queryFn: ({ pageParam }) => api(PeoplePage, urlOf("/api/admin/people", { search, after: pageParam, limit: 200 })),
    placeholderData: keepPreviousData,
  });

export const providersQuery = (search: string) =>
  infiniteQueryOptions({
    ...BY_PAGE,
    queryKey: ["admin", "providers", { search }],
    queryFn: ({ pageParam }) =>
      api(ProviderPage, urlOf("/api/admin/providers", { search, after: pageParam, limit: 200 })),
    placeholderData: keepPreviousData,
  });

const ProviderWithTies = ProviderView.extend({ ties: z.object({ contacts: z.number(), shares: z.number() }) });

/** A cloud with what is between it and the people here. */
export const providerQuery = (provider: string) =>
  queryOptions({
    queryKey: ["admin", "providers", provider],
    queryFn: () => api(ProviderWithTies, `/api/admin/providers/${encodeURIComponent(provider)}`),
  });

export const policiesQuery = queryOptions({
  queryKey: ["admin", "policies"],
  queryFn: () => api(SitePolicies, "/api/admin/policies"),
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

function useAdminChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
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

export const useAddProvider = () =>
  useAdminChange((input: { domain: string; standing: "listed" | "blocked" }) =>
    api(ProviderView, "/api/admin/providers", send("POST", input)),
  );

export const useUpdateProvider = () =>
  useAdminChange(({ provider, standing }: { provider: string; standing: z.infer<typeof ProviderStanding> }) =>
    api(ProviderView, `/api/admin/providers/${encodeURIComponent(provider)}`, send("PATCH", { standing })),
  );

export const useSetManners = () =>
  useAdminChange(
    ({
      provider,
      ...manners
    }: {
      provider: string;
      acceptsUnsigned?: boolean;
      dialect: z.infer<typeof DialectName> | null;
    }) => api(ProviderView, `/api/admin/providers/${encodeURIComponent(provider)}`, send("PATCH", manners)),
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
  useAdminChange((input: Partial<SitePolicies>) => api(SitePolicies, "/api/admin/policies", send("PATCH", input)));
