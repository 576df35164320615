"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Search, UserPlus } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { CreatePerson } from "@/components/admin/create-person";
import { EditPerson } from "@/components/admin/edit-person";
import { PersonRow } from "@/components/admin/person-row";
import { peopleQuery } from "@/components/admin/queries";
import { ResetPassword } from "@/components/admin/reset-password";
import { ResetSecondFactor } from "@/components/admin/reset-second-factor";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { PageHeader } from "@/components/ui/page-header";
import { SearchBox } from "@/components/ui/search-box";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { PersonView } from "@/lib/identity/schema";

type Open = { what: "create" } | { what: "edit" | "password" | "second-factor"; person: PersonView } | null;

export function PeopleScreen() {
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);

  return (
    <>
      <PageHeader
        title="People"
        description="Who has an account on this cloud."
        actions={
          <Button variant="primary" onClick={() => setOpen({ what: "create" })} data-testid="create-person">
            <UserPlus aria-hidden />
            Add a person
          </Button>
        }
      />
      <SearchBox
        label="Search people"
        placeholder="Name, user name or mail"
        value={typed}
        onChange={setTyped}
        className="mb-3"
      />
      <PersonList search={search} onOpen={setOpen} />
      {open?.what === "create" && <CreatePerson onClose={close} />}
      {open?.what === "edit" && <EditPerson person={open.person} onClose={close} />}
      {open?.what === "second-factor" && <ResetSecondFactor person={open.person} onClose={close} />}
      {open?.what === "password" && <ResetPassword person={open.person} onClose={close} />}
    </>
  );
}

function PersonList({ search, onOpen }: { search: string; onOpen: (open: Open) => void }) {
  const query = useInfiniteQuery(peopleQuery(search));
  const { data, error, refetch } = query;

  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  const people = data.pages.flatMap((page) => page.items);
  if (people.length === 0) return <EmptyState icon={Search} title="Nobody is called that" />;
  return (
    <>
      <List aria-label="People">
        {people.map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            onEdit={() => onOpen({ what: "edit", person })}
            onResetPassword={() => onOpen({ what: "password", person })}
            onResetSecondFactor={() => onOpen({ what: "second-factor", person })}
          />
        ))}
      </List>
      <ShowMore query={query} />
    </>
  );
}
