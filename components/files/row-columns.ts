/** Icon, name, with whom, when, how much, menu; the list drops columns as it gets narrow. */
export const ROW_COLUMNS =
  "grid gap-x-3 grid-cols-[1.75rem_minmax(0,1fr)_2.25rem] md:grid-cols-[1.75rem_minmax(0,1fr)_8rem_5.5rem_2rem] @3xl:grid-cols-[1.75rem_minmax(0,1fr)_minmax(0,14rem)_8rem_5.5rem_2rem]";
