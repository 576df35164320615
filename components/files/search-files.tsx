"use client";

import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { searchHref } from "@/components/search/search-filter";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";

/** The way from Files to the search: a box where there is room for it, else a button. */
export function SearchFiles() {
  const router = useRouter();
  const [typed, setTyped] = useState("");

  function go(event: FormEvent) {
    event.preventDefault();
    router.push(searchHref({ q: typed.trim() }));
  }

  return (
    <>
      <form onSubmit={go} className="relative w-56 shrink max-lg:hidden">
        <Search aria-hidden className="absolute start-3 top-2.5 size-4 text-faint" />
        <Input
          data-search-files
          type="search"
          aria-label="Search files"
          aria-keyshortcuts="/"
          placeholder="Search files ( / )"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className="ps-9"
        />
      </form>
      <IconButton label="Search files" className="lg:hidden" hasTooltip={false} onClick={() => router.push("/search")}>
        <Search />
      </IconButton>
    </>
  );
}
