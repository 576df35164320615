/** For whoever never heard of clouds: what is meant, and what to do without one. */
export function NoCloud({ inviterName, siteName }: { inviterName: string; siteName: string }) {
  return (
    <div className="flex flex-col gap-2">
      <p>
        A cloud is where your own files are on the web, with a sign-in of your own: at your school, university, company
        or club, for instance. Ask there whether you have one.
      </p>
      <p>
        If not, answer {inviterName}: whoever runs {siteName} can make an account for you. Then the two of you share
        there and need no invite.
      </p>
    </div>
  );
}
