/** Why a change is not told to a cloud that takes none. */
export const TAKES_NO_CHANGES =
  "The other cloud does not take changes of a share. There it looks as it did before; to change that, stop sharing and share again.";
