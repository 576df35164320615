import { finishUpload } from "@/lib/drive/finish-upload";
import { getUpload } from "@/lib/files/uploads/uploads";

// Another server that is told that all of an upload has come, and makes the file of it.
const [user = "", id = ""] = process.argv.slice(2);
const alice = JSON.parse(user);
const upload = await getUpload(alice, id);
process.send?.("ready");
process.on("message", () => finishUpload(alice, upload).then(({ location }) => process.send?.(location ?? "")));
