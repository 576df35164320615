"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useDeferredValue, useState } from "react";
import { FoundInside } from "@/components/search/found-inside";
import { FoundList } from "@/components/search/found-list";
import { foundQuery } from "@/components/search/queries";
import { type Asked, askedOf, currentDay, filterOf, isEmpty, searchHref } from "@/components/search/search-filter";
import { SearchFilters } from "@/components/search/search-filters";
import { stepThrough } from "@/components/search/step-through";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { SearchBox } from "@/components/ui/search-box";

/** Everything one has, by name, content, kind, time and owner. The address says what is asked, so it can be kept. */
export function SearchScreen() {
  const params = useSearchParams();
  const [asked, setAsked] = useState(() => askedOf(params));
  const filter = filterOf(useDeferredValue(asked), currentDay());
  const query = useInfiniteQuery({ ...foundQuery(filter), enabled: !isEmpty(filter) });

  function ask(next: Asked) {
    setAsked(next);
    window.history.replaceState(null, "", searchHref(next));
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys only add a way between the box and the links
    <div onKeyDown={stepThrough}>
      <PageHeader title="Search" />
      <SearchBox
        label="Search files"
        placeholder="Part of a name, or words inside"
        value={asked.q}
        onChange={(q) => ask({ ...asked, q })}
        isFocused
        className="mb-3"
      />
      <SearchFilters asked={asked} onChange={ask} />
      {isEmpty(filter) ? (
        <EmptyState icon={Search} title="Find what you have">
          Names are found by any part of them; texts, PDF and office documents also by what is written in them. “Quotes”
          keep words together.
        </EmptyState>
      ) : (
        <>
          <FoundList query={query} />
          <FoundInside filter={filter} />
        </>
      )}
    </div>
  );
}
