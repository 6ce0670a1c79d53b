import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "../harness-error.ts";
import type { ContainerFile, SystemDefinition } from "./system-definition.ts";
import { renderTemplate } from "./template.ts";

type Values = Readonly<Record<string, string>>;

export interface RenderedFile {
  readonly path: string;
  readonly mode: number;
  readonly owner?: number;
  readonly content: string;
}

/** What templates can use beside the credentials. */
export function templateValues(options: {
  readonly project: string;
  readonly clientsNetwork: string;
  readonly dataNetwork: string;
  readonly testNetwork: string;
  /** By service; `application` for the application's. */
  readonly images: ReadonlyMap<string, string>;
  readonly credentials: Values;
}): Values {
  const images = [...options.images].map(([service, image]) => [
    `IMAGE_${service.toUpperCase().replaceAll("-", "_")}`,
    image,
  ]);
  return {
    ...options.credentials,
    PROJECT: options.project,
    CLIENTS_NETWORK: options.clientsNetwork,
    DATA_NETWORK: options.dataNetwork,
    TEST_NETWORK: options.testNetwork,
    ...(Object.fromEntries(images) as Values),
  };
}

/** The files of one container; `${SERVICE}` is its own name. */
export async function renderFiles(
  system: SystemDefinition,
  service: string,
  files: readonly ContainerFile[],
  values: Values,
): Promise<RenderedFile[]> {
  return Promise.all(
    files.map(async ({ mode = 0o644, owner = 0, path, template }) => ({
      path,
      mode,
      owner,
      content:
        typeof template === "string"
          ? renderTemplate(await read(join(system.directory, template)), { ...values, SERVICE: service })
          : template.text,
    })),
  );
}

/** The deployment checkout: every file below `<directory>/checkout/`, hidden ones too. */
export async function renderCheckout(system: SystemDefinition, values: Values): Promise<RenderedFile[]> {
  const root = join(system.directory, "checkout");
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(root, cause);
  });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        return {
          path: join(system.operator.checkout, file.slice(root.length)),
          mode: 0o644,
          content: renderTemplate(await read(file), values),
        };
      }),
  );
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(path: string, cause: unknown): HarnessError {
  return new HarnessError(
    `Expected the template ${path}, found none that can be read; add it or correct the system's directory.`,
    { code: "template-not-found", exitStatus: 65, cause },
  );
}
