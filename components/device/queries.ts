import { useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { api, send } from "@/components/api";
import { appPasswordsQuery } from "@/components/settings/queries";
import { type AnswerDeviceLoginInput, DeviceLoginView } from "@/lib/identity/schema";

/** Which program waits under a code. */
export const useLookUpDevice = () =>
  useMutation({
    mutationFn: (userCode: string) => api(DeviceLoginView, "/api/device-logins/look-up", send("POST", { userCode })),
  });

/** Yes or no to it. */
export function useAnswerDevice() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (answer: AnswerDeviceLoginInput) => api(z.unknown(), "/api/device-logins/answer", send("POST", answer)),
    onSuccess: () => client.invalidateQueries({ queryKey: appPasswordsQuery.queryKey }),
  });
}
