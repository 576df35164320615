"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Picked } from "@/components/sharing/picked-person";
import { suggestPeople } from "@/components/sharing/queries";
import { accountQuery } from "@/components/shell/queries";

/** `name@cloud`: the last part a host, perhaps with a port. Whether such a cloud exists is found out later. */
const ADDRESS = /^[^\s@](?:.*[^\s])?@([a-z0-9-]+(?:\.[a-z0-9-]+)*\.?(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?)$/i;
const PAUSE = 120;

/** Those whom a typed text may mean: people one knows, and the cloud address it is. */
export function usePersonChoices(text: string): {
  choices: Picked[];
  isSearching: boolean;
  /** It is my own cloud address. */
  isMe: boolean;
  error: Error | null;
} {
  const search = useDebounced(text.trim(), PAUSE);
  const { data, isFetching, error } = useQuery({
    queryKey: ["suggestions", search],
    queryFn: ({ signal }) => suggestPeople(search, signal),
    enabled: search !== "",
    placeholderData: keepPreviousData,
  });

  const people: Picked[] = (text.trim() === "" ? [] : (data ?? [])).map(
    ({ kind, id, displayName, mail, provider, isVerified }) => ({
      recipient: { kind, id },
      name: displayName,
      provider,
      mail,
      isVerified,
    }),
  );
  const { data: account } = useQuery(accountQuery);
  const isMe = text.trim() !== "" && text.trim().toLowerCase() === account?.cloudAddress.toLowerCase();
  const typed = isMe ? null : addressOf(text.trim());
  return {
    choices: typed && !people.some((person) => person.mail === typed.name) ? [...people, typed] : people,
    isSearching: isFetching || search !== text.trim(),
    isMe,
    error,
  };
}

function addressOf(text: string): Picked | null {
  const provider = ADDRESS.exec(text)?.[1]?.toLowerCase();
  if (!provider) return null;
  return { recipient: { kind: "address", address: text }, name: text, provider, mail: "" };
}

function useDebounced(value: string, pause: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return settled;
}
