"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { peopleQuery } from "@/components/admin/queries";
import { Button } from "@/components/ui/button";
import { Person } from "@/components/ui/person";
import { SearchBox } from "@/components/ui/search-box";
import type { GroupMemberView } from "@/lib/identity/schema";

const MOST = 5;

/** Finds people of this cloud who are not in the group. */
export function AddMember({ members, onAdd }: { members: GroupMemberView[]; onAdd: (userId: string) => void }) {
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const { data } = useInfiniteQuery({
    ...peopleQuery(search),
    enabled: search !== "",
    placeholderData: keepPreviousData,
  });
  const inGroup = new Set(members.map(({ id }) => id));
  const found = search === "" ? [] : (data?.pages[0]?.items ?? []).filter(({ id }) => !inGroup.has(id));

  return (
    <>
      <SearchBox label="Add a person" placeholder="Name, user name or mail" value={typed} onChange={setTyped} />
      {search !== "" && data && found.length === 0 && (
        <p role="status" className="mt-2 text-muted text-sm">
          Nobody else on this cloud is called “{search}”.
        </p>
      )}
      {found.length > 0 && (
        <ul aria-label="People to add" className="mt-1.5 rounded-md border p-1">
          {found.slice(0, MOST).map((person) => (
            <li key={person.id} className="flex items-center gap-3 rounded-sm px-2 py-1.5">
              <Person name={person.displayName} provider="" mail={person.userName} size="sm" className="flex-1" />
              <Button size="sm" aria-label={`Add ${person.displayName}`} onClick={() => onAdd(person.id)}>
                <UserPlus aria-hidden />
                Add
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
