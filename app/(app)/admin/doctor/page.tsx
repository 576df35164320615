import type { Metadata } from "next";
import { DoctorScreen } from "@/components/admin/doctor-screen";
import { pageSite } from "@/lib/http/page";
import { ownProvidersEntry } from "@/lib/trust/providers-file";

export const metadata: Metadata = { title: "Check a connection" };

type Props = { searchParams: Promise<{ domain?: string | string[] }> };

export default async function DoctorPage({ searchParams }: Props) {
  const { domain = "" } = await searchParams;
  return <DoctorScreen domain={[domain].flat()[0] ?? ""} ownEntry={ownProvidersEntry(await pageSite())} />;
}
