import { refused } from "./denied.ts";

/** A volume that a container wants; without a name it is an anonymous one. */
export interface WantedVolume {
  readonly name?: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly noCopy: boolean;
}

interface AskedMounts {
  readonly Binds?: readonly string[];
  readonly Mounts?: readonly {
    readonly Source?: string;
    readonly Target?: string;
    readonly ReadOnly?: boolean;
    readonly VolumeOptions?: { readonly NoCopy?: boolean };
  }[];
}

/**
 * All three ways to ask for a volume (`Binds` in the form `name:/path[:ro|rw]`, `Mounts`, and the paths that the body or the image
 * declares) as one list. A path of the host is refused.
 */
export function wantedVolumes(asked: AskedMounts, declaredPaths: readonly string[]): WantedVolume[] {
  const wanted = [
    ...(asked.Binds ?? []).map(readBind),
    ...(asked.Mounts ?? []).map(({ Source, Target, ReadOnly, VolumeOptions }) => ({
      ...(Source === undefined || Source === "" ? {} : { name: Source }),
      target: checkTarget(Target ?? ""),
      readOnly: ReadOnly ?? false,
      noCopy: VolumeOptions?.NoCopy ?? false,
    })),
  ];
  const taken = new Set(wanted.map(({ target }) => target.replace(/\/+$/, "")));
  const anonymous = declaredPaths.filter((path) => !taken.has(path.replace(/\/+$/, "")));
  return [
    ...wanted,
    ...anonymous.map((path) => ({ target: checkTarget(path), readOnly: false, noCopy: false })),
  ];
}

/** What goes to the engine. Every volume gets the run's labels, so that clean-up finds an anonymous one too. */
export function volumeMount(
  wanted: WantedVolume,
  labels: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return {
    Type: "volume",
    ...(wanted.name === undefined ? {} : { Source: wanted.name }),
    Target: wanted.target,
    ReadOnly: wanted.readOnly,
    VolumeOptions: { NoCopy: wanted.noCopy, Labels: labels },
  };
}

function readBind(bind: string): WantedVolume {
  const match = /^([a-zA-Z0-9][a-zA-Z0-9_.-]*):(\/[^:]*)(?::(ro|rw))?$/.exec(bind);
  if (match === null) throw refused(`a bind mount (${JSON.stringify(bind)}) can't reach the host's files`);
  const [, name = "", target = "", mode] = match;
  return { name, target: checkTarget(target), readOnly: mode === "ro", noCopy: false };
}

function checkTarget(target: string): string {
  const plain = target.startsWith("/") && !target.split("/").includes("..") && !target.includes("\0");
  if (!plain || target.replaceAll("/", "") === "") {
    throw refused(`${JSON.stringify(target)} is no absolute path in a container`, 400);
  }
  return target;
}
