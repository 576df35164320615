import { NoticeLine } from "@/components/ui/notice-line";

/** The id of the sentence, for the button that cannot be pressed. */
export const WHY_NO_INVITES = "why-no-invites";

export function MayNotInvite() {
  return (
    <NoticeLine className="mb-4">
      <span id={WHY_NO_INVITES}>
        The policies of your cloud do not let you invite people of other clouds. You can accept their invites. Ask your
        administrator if you need to invite somebody.
      </span>
    </NoticeLine>
  );
}
