"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { CreatePerson } from "@/components/admin/create-person";
import { EditPerson } from "@/components/admin/edit-person";
import { PersonRow } from "@/components/admin/person-row";
import { peopleQuery } from "@/components/admin/queries";
import { ResetPassword } from "@/components/admin/reset-password";
import { ResetSecondFactor } from "@/components/admin/reset-second-factor";
import { SearchedList, SearchedScreen } from "@/components/admin/searched-screen";
import type { PersonView } from "@/lib/identity/schema";

type Open = { what: "create" } | { what: "edit" | "password" | "second-factor"; person: PersonView } | null;

export function PeopleScreen() {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const add = () => setOpen({ what: "create" });
  return (
    <>
      <SearchedScreen
        title="People"
        description="Who has an account on this cloud."
        add={{ label: "Add a person", icon: UserPlus, onClick: add, testId: "create-person" }}
        box={{ label: "Search people", placeholder: "Name, user name or mail" }}
      >
        {(search) => <PersonList search={search} onOpen={setOpen} />}
      </SearchedScreen>
      {open?.what === "create" && <CreatePerson onClose={close} />}
      {open?.what === "edit" && <EditPerson person={open.person} onClose={close} />}
      {open?.what === "second-factor" && <ResetSecondFactor person={open.person} onClose={close} />}
      {open?.what === "password" && <ResetPassword person={open.person} onClose={close} />}
    </>
  );
}

function PersonList({ search, onOpen }: { search: string; onOpen: (open: Open) => void }) {
  const query = useInfiniteQuery(peopleQuery(search));
  return (
    <SearchedList label="People" query={query} noneFound="Nobody is called that">
      {(person) => (
        <PersonRow
          key={person.id}
          person={person}
          onEdit={() => onOpen({ what: "edit", person })}
          onResetPassword={() => onOpen({ what: "password", person })}
          onResetSecondFactor={() => onOpen({ what: "second-factor", person })}
        />
      )}
    </SearchedList>
  );
}
