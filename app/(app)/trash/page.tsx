import type { Metadata } from "next";
import { TrashList } from "@/components/files/trash-list";
import { Page } from "@/components/ui/page";

export const metadata: Metadata = { title: "Trash" };

export default function TrashPage() {
  return (
    <Page>
      <TrashList />
    </Page>
  );
}
