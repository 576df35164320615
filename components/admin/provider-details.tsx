import { SIGNATURES } from "@/components/admin/provider-words";
import type { ProviderView } from "@/lib/trust/schema";

const UNSIGNED: Record<string, string> = {
  true: "are taken, as requests",
  false: "are refused",
  null: "as the policies say",
};

/** What it told of itself when it was last discovered. */
export function ProviderDetails({ provider, isOpen = false }: { provider: ProviderView; isOpen?: boolean }) {
  if (!provider.dialect) return null; // never discovered
  return (
    <details open={isOpen} className="mt-1 text-muted text-sm">
      <summary className="cursor-default">Capabilities and keys</summary>
      <dl className="mt-2 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
        <dt>Version</dt>
        <dd>{provider.apiVersion ?? "unknown"}</dd>
        <dt>Spoken to as</dt>
        <dd>{provider.dialect ?? "unknown"}</dd>
        <dt>Signature to it</dt>
        <dd>
          {provider.signature ? SIGNATURES[provider.signature] : "unknown"}
          {provider.keepsSignature && ", as before: it shows no key any more"}
        </dd>
        <dt>Unsigned messages</dt>
        <dd>{UNSIGNED[String(provider.acceptsUnsigned)]}</dd>
        <dt>Capabilities</dt>
        <dd className="break-words">{provider.capabilities.join(", ") || "none"}</dd>
        {provider.keys.map((key) => (
          <div key={key.kid} className="contents">
            <dt>Key {key.kid}</dt>
            <dd className="break-all font-mono text-xs">
              {key.alg} {key.fingerprint}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
