export { GET } from "@/app/.well-known/ocm/route";
