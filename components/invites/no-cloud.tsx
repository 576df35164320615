/** For whoever never heard of clouds: what is meant, and what to do without one. */
export function NoCloud({ inviterName, site }: { inviterName: string; site: { name: string; showsPeople: boolean } }) {
  return (
    <div className="flex flex-col gap-2">
      <p>
        A cloud is where your own files are on the web, with a sign-in of your own: at your school, university, company
        or club, for instance. Ask there whether you have one.
      </p>
      <p>
        If not, answer {inviterName}: whoever runs {site.name} can make an account for you. Then the two of you need no
        invite
        {site.showsPeople ? ": you find each other by name." : ", only each other’s cloud address from the settings."}
      </p>
    </div>
  );
}
