/** Types, fold, transport and pacing. No framework, no page. */
export { VERSION } from "./version";
