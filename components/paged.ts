/** How a list that comes in pages goes on: each page names the start of the next one. */
export const BY_PAGE = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { next: string | null }) => page.next,
};
