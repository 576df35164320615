import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { api, send } from "@/components/api";
import { askPasskey, makePasskey } from "@/components/second-factor/passkey";
import { AuthenticatorSecret, EnrolledView, SecondFactorsView } from "@/lib/identity/second-factor/schema";

const PATH = "/api/account/second-factor";
/** Handed on to the browser as it is. */
const Options = z.looseObject({ challenge: z.string() });

/** Absent where somebody has no password. */
type Proof = { password?: string };

export const secondFactorsQuery = queryOptions({
  queryKey: ["account", "second-factor"],
  queryFn: () => api(SecondFactorsView, PATH),
});

function useFactorChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => client.invalidateQueries({ queryKey: secondFactorsQuery.queryKey }),
  });
}

export const useBeginAuthenticator = () =>
  useMutation({
    mutationFn: (proof: Proof) => api(AuthenticatorSecret, `${PATH}/authenticator`, send("POST", proof)),
  });

export const useConfirmAuthenticator = () =>
  useFactorChange((code: string) => api(EnrolledView, `${PATH}/authenticator`, send("PUT", { code })));

/** The server says what the passkey is to be, the browser makes it, and the server keeps it. */
export const useAddPasskey = () =>
  useFactorChange(async ({ name, ...proof }: Proof & { name: string }) => {
    const options = await api(Options, `${PATH}/passkeys/options`, send("POST", proof));
    const registration = await makePasskey(options);
    return api(EnrolledView, `${PATH}/passkeys`, send("POST", { name, registration }));
  });

export const useRenewRecoveryCodes = () =>
  useFactorChange((proof: Proof) => api(EnrolledView, `${PATH}/recovery-codes`, send("POST", proof)));

/** `passkeyId` absent: the app. */
export const useRemoveFactor = () =>
  useFactorChange(({ passkeyId, ...proof }: Proof & { passkeyId?: string }) =>
    api(z.unknown(), passkeyId ? `${PATH}/passkeys/${passkeyId}` : `${PATH}/authenticator`, send("DELETE", proof)),
  );

export const useConfirmByCode = () =>
  useMutation({ mutationFn: (code: string) => api(z.unknown(), `${PATH}/confirm/code`, send("POST", { code })) });

export const useConfirmByPasskey = () =>
  useMutation({
    mutationFn: async () => {
      const options = await api(Options, `${PATH}/confirm/passkey/options`, send("POST"));
      return api(z.unknown(), `${PATH}/confirm/passkey`, send("POST", await askPasskey(options)));
    },
  });
