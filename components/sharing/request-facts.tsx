import { NoticeLine } from "@/components/ui/notice-line";
import { Time } from "@/components/ui/time";
import type { ReceivedShareView } from "@/lib/sharing/schema";

type RequestFactsProps = { share: ReceivedShareView; request: NonNullable<ReceivedShareView["request"]> };

/** What there is to know of a sender who is no contact before taking anything from him. */
export function RequestFacts({ share: { senderName, provider }, request }: RequestFactsProps) {
  const { isVerified, cloudKnownSince, keys, via } = request;
  return (
    <NoticeLine tone="warning">
      <p>
        {isVerified
          ? `${senderName} is not one of your contacts. Accept only if you know who this is.`
          : `Nothing proves that this comes from ${senderName}: ${provider} does not sign its messages. Ask before you accept.`}
      </p>
      {via && (
        <p className="mt-1">
          {isVerified
            ? `${via.name} gave your address to ${via.provider === provider ? senderName : provider}.`
            : `It comes to the address that was made for ${via.name}.`}
        </p>
      )}
      <p className="mt-1 text-sm">
        {cloudKnownSince ? (
          <>
            {provider} was first seen here <Time iso={cloudKnownSince} />.
          </>
        ) : (
          `${provider} is not known here otherwise.`
        )}
      </p>
      {keys.length > 0 && (
        <details className="mt-1 text-sm">
          <summary className="cursor-default">Keys of this cloud</summary>
          {keys.map((key) => (
            <p key={key} className="break-all font-mono text-xs">
              {key}
            </p>
          ))}
        </details>
      )}
    </NoticeLine>
  );
}
