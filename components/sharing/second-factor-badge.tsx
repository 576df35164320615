import { ShieldCheck } from "lucide-react";
import { Badge } from "@/components/ui/badge";

/** On a share that opens only with a second factor. */
export function SecondFactorBadge({ share }: { share: { needsSecondFactor: boolean } }) {
  if (!share.needsSecondFactor) return null;
  return <Badge icon={ShieldCheck}>Second factor</Badge>;
}
