type Page<T> = { items: T[]; next: string | null };

const PAGE = 200;
const MOST_PAGES = 50;

/** All of a list for an API that knows no pages; ends at ten thousand. */
export async function allPages<T>(list: (page: { after?: string; limit: number }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  for (let count = 0; count < MOST_PAGES; count++) {
    const page = await list({ after, limit: PAGE });
    items.push(...page.items);
    if (page.next === null) break;
    after = page.next;
  }
  return items;
}
