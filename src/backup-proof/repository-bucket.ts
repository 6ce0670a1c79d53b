import { aws, isS3Address, notFetched, requireSize } from "./aws.ts";
import { fetchIntoFolder, type FetchedFolder } from "./fetched-folder.ts";
import { openRepositoryFolder } from "./repository-folder.ts";
import { chooseStanza, repositoryParts, type Repository } from "./repository.ts";

interface Place {
  readonly address: string;
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
}

interface ListedObject {
  readonly Key: string;
  readonly ETag: string;
  readonly LastModified: string;
  readonly Size: number;
}

const bucketFolder = /^s3:\/\/([^/]+)(?:\/|\/(.+\/))?$/;

/** Whether it is the address of a bucket, or of what in it a slash ends: `s3://bucket/path/`. */
export function isBucketFolder(address: string): boolean {
  return isS3Address(address) && bucketFolder.test(address);
}

/**
 * Opens a repository in a bucket: one stanza of it is fetched with the user's own `aws`, into a folder that goes with this process.
 *
 * Throws a HarnessError: 64 and 65 as for a folder, 69 when the bucket can't be reached or asked, the program is missing, or the stanza is
 * larger than `limitBytes`.
 */
export async function openRepositoryInBucket(
  address: string,
  asked: string | undefined,
  { limitBytes, signal }: { readonly limitBytes: number; readonly signal: AbortSignal },
): Promise<Repository> {
  const [, bucket = "", prefix = ""] = bucketFolder.exec(address) ?? [];
  const place = { address, bucket, prefix };
  const stanza = chooseStanza(address, await listStanzas(place, signal), asked);
  const listed = await listObjects(place, stanza, signal);
  const bytes = listed.reduce((sum, { Size }) => sum + Size, 0);
  requireSize(address, bytes, limitBytes);
  const folder = await fetchStanza(place, stanza, signal);
  try {
    const copy = await openRepositoryFolder(folder.path, stanza);
    return {
      ...copy,
      path: address,
      modifiedAt: new Date(listed.reduce((last, each) => Math.max(last, Date.parse(each.LastModified)), 0)),
      // What came or went while it was fetched shows too: it is not what was listed.
      async changed() {
        const now = await listObjects(place, stanza, signal);
        return JSON.stringify(now) !== JSON.stringify(listed) || copy.bytes !== bytes;
      },
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

async function listStanzas(place: Place, signal: AbortSignal): Promise<string[]> {
  const backups = `${place.prefix}backup/`;
  const { CommonPrefixes = [] } = await list<{ CommonPrefixes?: { Prefix: string }[] }>(place, signal, [
    ...["--prefix", backups, "--delimiter", "/"],
  ]);
  return CommonPrefixes.map(({ Prefix }) => Prefix.slice(backups.length, -1));
}

/** Objects of one stanza, as the server has them now. */
async function listObjects(place: Place, stanza: string, signal: AbortSignal): Promise<ListedObject[]> {
  const parts = await Promise.all(
    repositoryParts.map((part) =>
      list<{ Contents?: ListedObject[] }>(place, signal, ["--prefix", `${place.prefix}${part}/${stanza}/`]),
    ),
  );
  return parts
    .flatMap(({ Contents = [] }) => Contents)
    .filter(({ Key }) => !Key.endsWith("/"))
    .map(({ ETag, Key, LastModified, Size }) => ({ Key, ETag, LastModified, Size }));
}

async function list<T>(
  { address, bucket }: Place,
  signal: AbortSignal,
  words: readonly string[],
): Promise<T> {
  const argv = ["s3api", "list-objects-v2", "--bucket", bucket, "--output", "json", ...words];
  const said = await aws(address, argv, signal);
  return JSON.parse(said === "" ? "{}" : said) as T;
}

async function fetchStanza(
  { address, bucket, prefix }: Place,
  stanza: string,
  signal: AbortSignal,
): Promise<FetchedFolder> {
  const included = repositoryParts.flatMap((part) => ["--include", `${part}/${stanza}/*`]);
  const folder = await fetchIntoFolder(
    (path) => [
      ...(["aws", "s3", "cp", "--only-show-errors", "--recursive"] as const),
      ...["--exclude", "*", ...included, `s3://${bucket}/${prefix}`, path],
    ],
    signal,
  );
  if (folder.exitStatus === 0) return folder;
  await folder[Symbol.asyncDispose]();
  throw notFetched(address, folder.exitStatus, folder.errors);
}
