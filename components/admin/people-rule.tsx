"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import type { z } from "zod";
import { groupsQuery } from "@/components/admin/queries";
import { Checkbox } from "@/components/ui/checkbox";
import { NoticeLine } from "@/components/ui/notice-line";
import { RadioGroup } from "@/components/ui/radio-group";
import { SearchBox } from "@/components/ui/search-box";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { OutsideRule } from "@/lib/sites/schema";

export type PeopleRuleValue = { rule: z.infer<typeof OutsideRule>; groups: string[] };
type PeopleRuleProps = { label: string; value: PeopleRuleValue; onChange: (value: PeopleRuleValue) => void };

const RULES = [
  { value: "everyone", label: "Everyone" },
  { value: "members", label: "Members of chosen groups" },
  { value: "nobody", label: "Nobody" },
] as const;

/** Who of the people here may do something, and the groups that are chosen for it. */
export function PeopleRule({ label, value, onChange }: PeopleRuleProps) {
  const { rule, groups } = value;
  return (
    <fieldset>
      <legend className="mb-2 font-medium text-sm">{label}</legend>
      <RadioGroup
        aria-label={label}
        value={rule}
        onChange={(next) => onChange({ rule: next, groups })}
        options={RULES}
      />
      {rule === "members" && (
        <GroupChoice label={label} chosen={groups} onChange={(next) => onChange({ rule, groups: next })} />
      )}
    </fieldset>
  );
}

type GroupChoiceProps = { label: string; chosen: string[]; onChange: (chosen: string[]) => void };

/** Where there is more than one page of groups, they are searched. */
function GroupChoice({ label, chosen, onChange }: GroupChoiceProps) {
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const query = useInfiniteQuery(groupsQuery(search));
  if (query.error) return <NoticeLine tone="danger">{query.error.message}</NoticeLine>;
  if (!query.data && typed === "") return <SkeletonRows count={2} />;
  const pages = query.data?.pages ?? [];
  const groups = query.data && pages.flatMap((page) => page.items);
  const areMany = typed !== "" || query.hasNextPage || pages.length > 1;
  if (groups?.length === 0 && !areMany) {
    return <p className="mt-3 ps-6 text-muted text-sm">There are no groups yet. Until there are, nobody may.</p>;
  }
  return (
    <fieldset
      aria-label={`${label}: groups`}
      className="ms-6 mt-3 flex max-h-72 flex-col gap-2 overflow-y-auto rounded-md border p-3"
    >
      {areMany && (
        <>
          <SearchBox
            label={`${label}: search groups`}
            placeholder="Name of a group"
            value={typed}
            onChange={setTyped}
          />
          <p role="status" className="text-muted text-sm">
            {chosen.length === 1 ? "1 group is chosen." : `${chosen.length} groups are chosen.`}
            {groups?.length === 0 && ` None is called “${search}”.`}
          </p>
        </>
      )}
      {groups?.map(({ id, name }) => (
        <Checkbox
          key={id}
          label={name}
          checked={chosen.includes(id)}
          onChange={(isChosen) => onChange(isChosen ? [...chosen, id] : chosen.filter((one) => one !== id))}
        />
      ))}
      <ShowMore query={query} />
    </fieldset>
  );
}
