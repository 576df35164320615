import { type Command, commonOf } from "./command";
import { wrongUsage } from "./failure";
import { say } from "./print";

/** What may come next: words after the words before them, and the options of each command. */
type Words = { after: Map<string, string[]>; options: Map<string, string[]>; summaries: Map<string, string> };

function wordsOf(commands: Command[]): Words {
  const after = new Map<string, string[]>([["", ["help"]]]);
  const options = new Map<string, string[]>();
  const summaries = new Map<string, string>();
  for (const command of commands) {
    const { name, summary, options: own } = command;
    const words = name.split(" ");
    for (const [index, word] of words.entries()) {
      const before = words.slice(0, index).join(" ");
      const known = after.get(before) ?? [];
      if (!known.includes(word)) after.set(before, [...known, word]);
    }
    const names = Object.keys({ ...own, ...commonOf(command) });
    options.set(
      name,
      names.map((option) => `--${option}`),
    );
    summaries.set(name, summary.replace(/'/g, ""));
  }
  return { after, options, summaries };
}

/** Files of this computer are completed where nothing else fits. */
function bash({ after, options }: Words): string {
  const nexts = [...after].map(([before, words]) => `    '${before}') echo '${words.join(" ")}' ;;`);
  const flags = [...options].map(([name, own]) => `    '${name}') echo '${own.join(" ")}' ;;`);
  return `# tessera completion bash > ~/.local/share/bash-completion/completions/tessera
_tessera_next() {
  case "$1" in
${nexts.join("\n")}
  esac
}
_tessera_options() {
  case "$1" in
${flags.join("\n")}
  esac
}
_tessera() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words='' count
  if [[ "$current" == -* ]]; then
    for count in 3 2 1; do
      words="$(_tessera_options "\${COMP_WORDS[*]:1:count}")"
      if [ -n "$words" ]; then break; fi
    done
  elif [ "$COMP_CWORD" -le 3 ]; then
    words="$(_tessera_next "\${COMP_WORDS[*]:1:COMP_CWORD-1}")"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _tessera tessera
`;
}

function zsh({ after, options, summaries }: Words): string {
  const described = (before: string, word: string) => {
    const summary = summaries.get(`${before} ${word}`.trim());
    return `'${word}${summary ? `:${summary.replace(/:/g, "\\:")}` : ""}'`;
  };
  const nexts = [...after].map(([before, words]) => {
    return `      '${before}') list=(${words.map((word) => described(before, word)).join(" ")}) ;;`;
  });
  const flags = [...options].map(([name, own]) => `        '${name}') list=(${own.join(" ")}) ;;`);
  return `#compdef tessera
# tessera completion zsh > ~/.zfunc/_tessera, with ~/.zfunc in fpath before compinit
_tessera() {
  local -a list
  local count
  if [[ "$words[CURRENT]" == -* ]]; then
    for count in 4 3 2; do
      case "\${words[2,$count]}" in
${flags.join("\n")}
      esac
      if (( $#list )); then break; fi
    done
    compadd -- $list
    return
  fi
  if (( CURRENT <= 4 )); then
    case "\${words[2,$((CURRENT - 1))]}" in
${nexts.join("\n")}
    esac
  fi
  if (( $#list )); then _describe 'command' list; else _files; fi
}
_tessera "$@"
`;
}

function fish({ after, options, summaries }: Words): string {
  const seen = (words: string) => words.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`);
  const nexts = [...after].flatMap(([before, words]) => {
    const isNext = before ? [...seen(before), `not __fish_seen_subcommand_from ${words.join(" ")}`] : [];
    const when = before ? isNext.join("; and ") : "__fish_use_subcommand";
    return words.map((word) => {
      const summary = summaries.get(`${before} ${word}`.trim()) ?? "";
      return `complete -c tessera -f -n '${when}' -a ${word} -d '${summary}'`;
    });
  });
  const flags = [...options].flatMap(([name, own]) => {
    return own.map((option) => `complete -c tessera -n '${seen(name).join("; and ")}' -l ${option.slice(2)}`);
  });
  return `# tessera completion fish > ~/.config/fish/completions/tessera.fish\n${[...nexts, ...flags].join("\n")}\n`;
}

const SHELLS: Record<string, (words: Words) => string> = { bash, zsh, fish };

/** `commands` is asked when it is needed: these are among them. */
export const completionCommands = (commands: () => Command[]): Command[] => [
  {
    name: "completion",
    usage: "bash|zsh|fish",
    count: [1, 1],
    summary: "print what makes your shell complete the commands",
    examples: [
      "tessera completion bash > ~/.local/share/bash-completion/completions/tessera",
      "tessera completion zsh > ~/.zfunc/_tessera",
      "tessera completion fish > ~/.config/fish/completions/tessera.fish",
    ],
    run: async ({ args: [shell = ""] }) => {
      const write = SHELLS[shell];
      if (!write) throw wrongUsage("Say for which shell: bash, zsh or fish.");
      say(write(wordsOf(commands())).trimEnd());
    },
  },
];
