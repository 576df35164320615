/** A file to be uploaded, with the folders around it that were dropped or chosen together. */
export type NewFile = { file: File; folders: string[] };

/** Everything in a drop, folders walked to the bottom. The drop is emptied after the event, so entries are taken at once. */
export async function readDropped(transfer: DataTransfer): Promise<NewFile[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const files = await Promise.all(entries.map((entry) => readEntry(entry, [])));
  return files.flat();
}

/** What an input gave; with `webkitdirectory`, each file knows its way. */
export function readChosen(list: FileList): NewFile[] {
  return [...list].map((file) => ({ file, folders: file.webkitRelativePath.split("/").slice(0, -1) }));
}

async function readEntry(entry: FileSystemEntry, folders: string[]): Promise<NewFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file, folders }];
  }
  const children = await readFolder((entry as FileSystemDirectoryEntry).createReader());
  const files = await Promise.all(children.map((child) => readEntry(child, [...folders, entry.name])));
  return files.flat();
}

/** A reader gives a hundred at a time, and nothing at the end. */
async function readFolder(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
