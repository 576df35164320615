"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { type Theme, useTheme } from "@/components/shell/theme";
import { Segmented } from "@/components/ui/segmented";

const THEMES: { value: Theme; name: string; icon: typeof Sun }[] = [
  { value: "system", name: "Follow the system", icon: Monitor },
  { value: "light", name: "Light", icon: Sun },
  { value: "dark", name: "Dark", icon: Moon },
];

export function ThemeChoice() {
  const [theme, chooseTheme] = useTheme();
  return (
    <Segmented
      aria-label="Theme"
      value={theme}
      onChange={chooseTheme}
      options={THEMES.map(({ value, name, icon: Icon }) => ({
        value,
        name,
        label: (
          <>
            <Icon aria-hidden />
            {name}
          </>
        ),
      }))}
    />
  );
}
