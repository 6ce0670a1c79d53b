import { fileURLToPath } from "node:url";

/** Absolute path of the project: runbooks, scenarios, drills and reports are found from here, wherever the program was called. */
export const projectDirectory = fileURLToPath(new URL("../../", import.meta.url));
