import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, urlOf } from "@/components/api";
import { jsonLines } from "@/components/json-lines";
import { BY_PAGE } from "@/components/paged";
import type { Filter } from "@/components/search/search-filter";
import { FoundPage } from "@/lib/files/schema";
import { FoundOnCloud } from "@/lib/sharing/schema";

/** So many pages in a row may hold nothing before one is asked whether to go on. */
const MOST_EMPTY = 20;

/** What is found. Among the queries of files, so that it follows what is done to them. */
export const foundQuery = (filter: Filter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ["files", "search", filter, limit],
    queryFn: ({ pageParam, signal }) => pageWithSomething(filter, { after: pageParam, limit, signal }),
    ...BY_PAGE,
    placeholderData: keepPreviousData,
  });

type Page = { after: string | null; limit: number; signal: AbortSignal };

async function pageWithSomething(filter: Filter, { after, limit, signal }: Page): Promise<FoundPage> {
  let page = await api(FoundPage, urlOf("/api/search", { ...filter, after, limit }), { signal });
  for (let empty = 0; page.items.length === 0 && page.next !== null && empty < MOST_EMPTY; empty++) {
    page = await api(FoundPage, urlOf("/api/search", { ...filter, after: page.next, limit }), { signal });
  }
  return page;
}

/** Other clouds are asked once one has stopped typing for so long. */
const PAUSE_MS = 300;

/** What is found inside the folders that others share, cloud by cloud as it comes; the last one told of a cloud counts. */
export const foundInsideQuery = (filter: Filter) =>
  queryOptions({
    queryKey: ["found-inside", filter],
    queryFn: async ({ client, queryKey, signal }) => {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      signal.throwIfAborted();
      let clouds: FoundOnCloud[] = [];
      for await (const found of jsonLines(FoundOnCloud, urlOf("/api/search/received", filter), signal)) {
        const isKnown = clouds.some(({ provider }) => provider === found.provider);
        clouds = isKnown
          ? clouds.map((cloud) => (cloud.provider === found.provider ? found : cloud))
          : [...clouds, found];
        client.setQueryData(queryKey, clouds);
      }
      return clouds;
    },
    retry: false,
    staleTime: 10_000,
  });
