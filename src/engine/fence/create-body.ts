import { fields, flag, integer, listOf, mapOf, oneOf, text, words } from "./allow-list.ts";

/**
 * The form of what may stand in the body of `POST /containers/create`: the fields that Compose fills in for an application
 * service, and harmless others. Values that need a decision (networks, volumes, ports, labels, image, limits) are decided in
 * `create-container.ts`.
 *
 * Not here, and so refused unless empty: Privileged, CapAdd, Devices, SecurityOpt, Runtime, CgroupParent, VolumesFrom, Links,
 * PublishAllPorts, VolumeDriver, Sysctls, ExtraHosts and everything that a later engine will invent.
 */
export type CreateBody = ReturnType<typeof readCreateBody>;

const nothing = fields({});

const healthcheck = fields({
  Test: listOf(text),
  Interval: integer,
  Timeout: integer,
  Retries: integer,
  StartPeriod: integer,
  StartInterval: integer,
});

const mount = fields({
  Type: oneOf("volume"),
  Source: text,
  Target: text,
  ReadOnly: flag,
  VolumeOptions: fields({ NoCopy: flag }),
});

const hostConfig = fields({
  AutoRemove: flag,
  Binds: listOf(text),
  CapDrop: listOf(text),
  // "private" is what the default means; an empty string leaves it to the engine's default.
  CgroupnsMode: oneOf("", "private"),
  ConsoleSize: listOf(integer),
  Init: flag,
  IpcMode: oneOf("", "private"),
  LogConfig: fields({
    Type: oneOf("", "json-file"),
    Config: fields({ "max-size": text, "max-file": text }),
  }),
  // An empty list would take the engine's masks off.
  MaskedPaths: oneOf<string>(),
  Memory: integer,
  // The Docker client's way of saying nothing.
  MemorySwappiness: oneOf(-1),
  Mounts: listOf(mount),
  NanoCpus: integer,
  NetworkMode: text,
  PidsLimit: integer,
  PortBindings: mapOf(listOf(fields({ HostIp: text, HostPort: text }))),
  ReadonlyPaths: oneOf<string>(),
  ReadonlyRootfs: flag,
  RestartPolicy: fields({
    Name: oneOf("", "no", "on-failure", "unless-stopped", "always"),
    MaximumRetryCount: integer,
  }),
  ShmSize: integer,
});

/** What a container is on one network. Addresses and drivers' options are the engine's business. */
export const readEndpoint = fields({ Aliases: listOf(text) });

export const readCreateBody = fields({
  AttachStderr: flag,
  AttachStdin: flag,
  AttachStdout: flag,
  Cmd: words,
  Domainname: text,
  Entrypoint: words,
  Env: listOf(text),
  ExposedPorts: mapOf(nothing),
  Healthcheck: healthcheck,
  HostConfig: hostConfig,
  Hostname: text,
  Image: text,
  Labels: mapOf(text),
  NetworkingConfig: fields({
    EndpointsConfig: mapOf((value, at) => (value === null ? {} : readEndpoint(value, at))),
  }),
  OpenStdin: flag,
  StdinOnce: flag,
  StopSignal: text,
  StopTimeout: integer,
  Tty: flag,
  User: text,
  Volumes: mapOf(nothing),
  WorkingDir: text,
});
