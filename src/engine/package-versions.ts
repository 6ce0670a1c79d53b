import { text } from "node:stream/consumers";
import type Docker from "dockerode";

/** The versions of Debian packages in an image, asked of its own `dpkg-query`. Packages that it lacks are left out. */
export async function packageVersions(
  docker: Docker,
  image: string,
  packages: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  if (packages.length === 0) return {};
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["dpkg-query"],
    Cmd: ["--show", "--showformat=${Package} ${Version}\\n", ...packages],
    Tty: true,
    HostConfig: { NetworkMode: "none" },
  });
  try {
    const stream = await container.attach({ stream: true, stdout: true });
    await container.start();
    const output = await text(stream);
    return Object.fromEntries(
      output
        .split(/\r?\n/)
        .map((line) => line.split(" "))
        .filter((words): words is [string, string] => words.length === 2),
    );
  } finally {
    await container.remove({ force: true, v: true });
  }
}
