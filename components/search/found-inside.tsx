"use client";

import { useQuery } from "@tanstack/react-query";
import { FoundRow } from "@/components/search/found-row";
import { foundInsideQuery } from "@/components/search/queries";
import type { Filter } from "@/components/search/search-filter";
import { CloudBadge } from "@/components/ui/cloud-badge";
import { ErrorState } from "@/components/ui/error-state";
import { formatCount } from "@/components/ui/format";
import { List } from "@/components/ui/list";
import { NoticeLine } from "@/components/ui/notice-line";
import { Spinner } from "@/components/ui/spinner";
import { type FoundOnCloud, MOST_FOUND } from "@/lib/sharing/schema";

/** What is found inside the folders that others share, each cloud by itself, as soon as it has answered. */
export function FoundInside({ filter }: { filter: Filter }) {
  const { data: clouds = [], error, refetch } = useQuery(foundInsideQuery(filter));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const isEmpty = ({ state, items, problem, isMore }: FoundOnCloud) =>
    state !== "asking" && items.length === 0 && !problem && !isMore;
  const empty = clouds.filter(isEmpty);
  return (
    <>
      {clouds
        .filter((found) => !isEmpty(found))
        .map((found) => (
          <FoundOnOneCloud key={found.provider} found={found} />
        ))}
      {empty.length > 0 && (
        <p className="mt-8 text-muted text-sm">
          Nothing found in folders shared {empty.map(({ provider }) => placeOf(provider)).join(", ")}.
        </p>
      )}
    </>
  );
}

const placeOf = (provider: string) => (provider === "" ? "by people here" : `from ${provider}`);

function FoundOnOneCloud({ found }: { found: FoundOnCloud }) {
  const { provider, state, items, isMore, problem } = found;
  const count = `${items.length === 0 ? "Nothing" : formatCount(items.length, "thing", "things")} found`;
  const rest = items.length < MOST_FOUND ? "; there may be more" : "; there is more";
  const untold = items.length === 0 ? "; not all of it was looked through" : rest;
  return (
    <section data-testid="found-on-cloud" data-cloud={provider} aria-busy={state === "asking"} className="mt-8">
      <h2 className="flex min-w-0 flex-wrap items-center gap-x-2 font-semibold">
        {provider === "" ? (
          "In folders that people here share with you"
        ) : (
          <>
            In folders shared from <CloudBadge provider={provider} />
          </>
        )}
      </h2>
      <p role="status" className="mt-1 mb-2 flex items-center gap-2 text-muted text-sm">
        {state === "asking" ? (
          <>
            <Spinner /> {provider === "" ? "Searching …" : `Asking ${provider} …`}
          </>
        ) : (
          `${count}${isMore ? untold : ""}`
        )}
      </p>
      {problem && (
        <NoticeLine tone="warning" className="mb-2">
          {problem} What you see was found by the names that are known here of its folders.
        </NoticeLine>
      )}
      {state === "known" && !problem && (
        <p className="mb-2 text-muted text-sm">
          This cloud cannot be searched from here. Found by name in those folders that you have opened.
        </p>
      )}
      {items.length > 0 && (
        <List aria-label={`Found ${provider === "" ? "on your cloud" : `on ${provider}`}`}>
          {items.map((item) => (
            <FoundRow key={item.id} found={item} />
          ))}
        </List>
      )}
    </section>
  );
}
