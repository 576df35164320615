import { formatCount } from "@/components/ui/format";
import type { Concerned, DryRunView } from "@/lib/admin/schema";

const IF_CUT_OFF = "if their cloud can be reached only where it may not live any more";

/** In the order in which they are told: what ends for good comes first. */
const LINES: { of: keyof DryRunView; words: (count: number) => string }[] = [
  { of: "sharesEnd", words: (count) => `${formatCount(count, "share ends", "shares end")} for good, with` },
  { of: "sharesShortened", words: (count) => `${formatCount(count, "share ends", "shares end")} sooner, with` },
  { of: "invitesRevoked", words: (count) => `${formatCount(count, "invite is", "invites are")} revoked, of` },
  {
    of: "cloudsRefused",
    words: (count) =>
      `No new share passes with ${formatCount(count, "cloud that cannot", "clouds that cannot")} do this:`,
  },
  {
    of: "cloudsUnheard",
    words: (count) =>
      `${formatCount(count, "cloud that has never signed is", "clouds that have never signed are")} not heard:`,
  },
  { of: "contactsRest", words: (count) => `${formatCount(count, "contact rests", "contacts rest")}:` },
  { of: "sharesRest", words: (count) => `${formatCount(count, "share rests", "shares rest")}, with` },
  {
    of: "contactsCutOff",
    words: (count) => `${formatCount(count, "contact rests", "contacts rest")} ${IF_CUT_OFF}:`,
  },
  { of: "sharesCutOff", words: (count) => `${formatCount(count, "share rests", "shares rest")} ${IF_CUT_OFF}, with` },
];

export const cutsNothing = (dryRun: DryRunView): boolean => LINES.every(({ of }) => dryRun[of].count === 0);

/** What a decision would do with what exists, line by line. */
export function WhatItCuts({ dryRun }: { dryRun: DryRunView }) {
  const lines = LINES.filter(({ of }) => dryRun[of].count > 0);
  if (lines.length === 0) return <p>No contact and no share of today is cut by it.</p>;
  const { contactsRest, sharesRest, contactsCutOff, sharesCutOff } = dryRun;
  const rests = [contactsRest, sharesRest, contactsCutOff, sharesCutOff].some(({ count }) => count > 0);
  return (
    <>
      <ul className="flex list-disc flex-col gap-1 ps-5" data-testid="what-it-cuts">
        {lines.map(({ of, words }) => (
          <li key={of}>
            {words(dryRun[of].count)} {namesOf(dryRun[of])}
          </li>
        ))}
      </ul>
      {rests && <p className="mt-2">What rests is not lost: it goes on where it was once you allow it again.</p>}
    </>
  );
}

/** The first names, each once, and how many more there are. */
function namesOf({ count, names }: Concerned): string {
  const known = [...new Set(names)];
  const more = count - names.length;
  return new Intl.ListFormat("en").format(more > 0 ? [...known, `${more} more`] : known);
}
