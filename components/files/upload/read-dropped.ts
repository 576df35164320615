/** A file to be uploaded, with the folders around it that were dropped or chosen together. */
export type NewFile = { file: File; folders: string[] };
/** What a drop held: files, and the ways to folders that hold nothing. */
export type Dropped = { files: NewFile[]; emptyFolders: string[][] };

/** Everything in a drop, folders walked to the bottom. The drop is emptied after the event, so entries are taken at once. */
export async function readDropped(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return together(await Promise.all(entries.map((entry) => readEntry(entry, []))));
}

/** What an input gave; with `webkitdirectory`, each file knows its way. */
export function readChosen(list: FileList): Dropped {
  const files = [...list].map((file) => ({ file, folders: file.webkitRelativePath.split("/").slice(0, -1) }));
  return { files, emptyFolders: [] };
}

async function readEntry(entry: FileSystemEntry, folders: string[]): Promise<Dropped> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return { files: [{ file, folders }], emptyFolders: [] };
  }
  const way = [...folders, entry.name];
  const children = await readFolder((entry as FileSystemDirectoryEntry).createReader());
  if (children.length === 0) return { files: [], emptyFolders: [way] };
  return together(await Promise.all(children.map((child) => readEntry(child, way))));
}

function together(parts: Dropped[]): Dropped {
  return {
    files: parts.flatMap((part) => part.files),
    emptyFolders: parts.flatMap((part) => part.emptyFolders),
  };
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
