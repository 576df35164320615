export { GET } from "@/app/ocm/jwks/route";
