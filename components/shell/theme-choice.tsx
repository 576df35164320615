"use client";

import { THEMES, useTheme } from "@/components/shell/theme";
import { Segmented } from "@/components/ui/segmented";

export function ThemeChoice() {
  const [theme, chooseTheme] = useTheme();
  return (
    <Segmented
      aria-label="Theme"
      value={theme}
      onChange={chooseTheme}
      options={THEMES.map(({ value, label, icon: Icon }) => ({
        value,
        name: label,
        label: (
          <>
            <Icon aria-hidden />
            {label}
          </>
        ),
      }))}
    />
  );
}
