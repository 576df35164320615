/** Read by the server, so that the first paint is already right. Absent: as the system says. */
export const THEME_COOKIE = "theme";
