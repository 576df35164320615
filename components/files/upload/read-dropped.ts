/** A file to be uploaded, with the folders around it that were dropped or chosen together. */
export type NewFile = { file: File; folders: string[] };
/** What a drop held: files, the ways to folders that hold nothing, and the names of what could not be read. */
export type Dropped = { files: NewFile[]; emptyFolders: string[][]; unreadable: string[] };

const NOTHING: Dropped = { files: [], emptyFolders: [], unreadable: [] };

/** Everything in a drop, folders walked to the bottom. The drop is emptied after the event, so entries are taken at once. */
export async function readDropped(transfer: Pick<DataTransfer, "items">): Promise<Dropped> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return together(await Promise.all(entries.map((entry) => readEntry(entry, []))));
}

/** What an input gave; with `webkitdirectory`, each file knows its way. */
export function readChosen(list: FileList): Dropped {
  const files = [...list].map((file) => ({ file, folders: file.webkitRelativePath.split("/").slice(0, -1) }));
  return { ...NOTHING, files };
}

/** One that cannot be read, because of its rights or its name, does not keep the others away. */
async function readEntry(entry: FileSystemEntry, folders: string[]): Promise<Dropped> {
  try {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      return { ...NOTHING, files: [{ file, folders }] };
    }
    const way = [...folders, entry.name];
    const children = await readFolder((entry as FileSystemDirectoryEntry).createReader());
    if (children.length === 0) return { ...NOTHING, emptyFolders: [way] };
    return together(await Promise.all(children.map((child) => readEntry(child, way))));
  } catch {
    return { ...NOTHING, unreadable: [entry.name] };
  }
}

function together(parts: Dropped[]): Dropped {
  return {
    files: parts.flatMap((part) => part.files),
    emptyFolders: parts.flatMap((part) => part.emptyFolders),
    unreadable: parts.flatMap((part) => part.unreadable),
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
