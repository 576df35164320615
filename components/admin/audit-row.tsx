import { detailWords, hostOf, inWords, proofWords } from "@/components/admin/audit-words";
import { Avatar } from "@/components/ui/avatar";
import { CloudBadge, CloudSquare } from "@/components/ui/cloud-badge";
import { ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import type { AuditView } from "@/lib/admin/schema";

export function AuditRow({ entry: { at, action, actor, subject, detail } }: { entry: AuditView }) {
  const more = detailWords(detail);
  const proof = proofWords(detail);
  return (
    <ListRow data-testid="audit-row" end={<Time iso={at} isExact className="text-muted text-sm max-sm:hidden" />}>
      <div className="flex min-w-0 items-start gap-3">
        {actor.kind === "provider" ? (
          <CloudSquare provider={actor.name} className="mt-0.5 size-7 rounded-sm text-sm" />
        ) : (
          <Avatar name={actor.name} size="sm" className="mt-0.5" />
        )}
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-x-2">
            <span className="font-medium">{inWords(action)}</span>
            <Subject subject={subject} />
          </p>
          <p className="break-words text-muted text-sm">
            By {actor.kind === "other" ? `the ${actor.name}` : actor.name}
            <span className="sm:hidden">
              , <Time iso={at} isExact />
            </span>
            {more && <span className="block text-faint">{more}</span>}
            {proof && <span className="block text-faint">{proof}</span>}
          </p>
        </div>
      </div>
    </ListRow>
  );
}

/** A share is known by the person at its other end. */
function Subject({ subject: { kind, name, provider } }: { subject: AuditView["subject"] }) {
  const way = { "sent-share": "with ", "received-share": "from " }[kind] ?? "";
  return (
    <>
      {name && <span className="break-words">{way + name}</span>}
      {provider && <CloudBadge provider={hostOf(provider)} className="max-w-full text-muted" />}
    </>
  );
}
