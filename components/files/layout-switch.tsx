"use client";

import { LayoutGrid, List } from "lucide-react";
import { setLayout, useLayout } from "@/components/files/use-layout";
import { IconButton } from "@/components/ui/icon-button";

/** Shows things the other way: each in a line, or as tiles with small pictures. */
export function LayoutSwitch() {
  const isList = useLayout() === "list";
  return (
    <IconButton
      label={isList ? "Show as tiles" : "Show as a list"}
      size="sm"
      className="absolute end-0 top-1"
      onClick={() => setLayout(isList ? "tiles" : "list")}
    >
      {isList ? <LayoutGrid /> : <List />}
    </IconButton>
  );
}
