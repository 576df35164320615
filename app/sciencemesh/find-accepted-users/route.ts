import { listIdentities } from "@/lib/contacts/identities";
import { meshRoute } from "@/lib/http/mesh-route";

export const GET = meshRoute({}, async ({ user }) => {
  const contacts = await listIdentities(user);
  return Response.json(
    contacts.map(({ displayName, provider, identifier, mail }) => ({
      display_name: displayName,
      idp: provider,
      user_id: identifier,
      mail,
    })),
  );
});
