import { fields, flag, integer, listOf, text, words } from "./allow-list.ts";
import { refused } from "./denied.ts";
import { parameter, pick, type FenceReply, type FenceRequest, type Route } from "./route.ts";

/** A command that the operator had executed in a container of the run. */
export interface ExecTarget {
  readonly containerId: string;
  /** Compose service of that container. */
  readonly service: string;
  readonly argv: readonly string[];
}

// `Detach` stands here too because clients send it; the engine decides by the body of the start.
const readExecBody = fields({
  AttachStderr: flag,
  AttachStdin: flag,
  AttachStdout: flag,
  Cmd: words,
  ConsoleSize: listOf(integer),
  Detach: flag,
  DetachKeys: text,
  Env: listOf(text),
  Tty: flag,
  User: text,
  WorkingDir: text,
});

const readStartBody = fields({ ConsoleSize: listOf(integer), Detach: flag, Tty: flag });

/** Routes of `docker exec`. Only execs that were made here are known: the ids of others mean nothing. */
export function execRoutes(onExec: (target: ExecTarget) => void): readonly Route[] {
  const made = new Map<string, ExecTarget>();

  async function create(request: FenceRequest): Promise<FenceReply> {
    const { id, service } = await request.run.container(request.engine, parameter(request, "id"));
    const body = readExecBody(await request.json(), "");
    const call = { method: "POST", path: ["containers", id, "exec"], body: { json: body } } as const;
    const document = (await request.engine.read(call)) as { Id: string };
    made.set(document.Id, { containerId: id, service, argv: body.Cmd ?? [] });
    return { kind: "document", status: 201, document };
  }

  async function start(request: FenceRequest): Promise<FenceReply> {
    const [id, target] = find(request);
    const body = readStartBody((await request.json()) ?? {}, "");
    onExec(target);
    const call = { method: "POST", path: ["exec", id, "start"], body: { json: body } } as const;
    return { kind: body.Detach === true ? "forward" : "hijack", call, service: target.service };
  }

  function resize(request: FenceRequest): FenceReply {
    const [id, { service }] = find(request);
    return {
      kind: "forward",
      call: { method: "POST", path: ["exec", id, "resize"], query: pick(request.query, "h", "w") },
      service,
    };
  }

  function inspect(request: FenceRequest): FenceReply {
    const [id, { service }] = find(request);
    return { kind: "forward", call: { method: "GET", path: ["exec", id, "json"] }, service };
  }

  function find(request: FenceRequest): [string, ExecTarget] {
    const id = parameter(request, "id");
    const target = made.get(id);
    if (target === undefined) throw refused("that exec was not made through this fence");
    request.run.reach.check(target.service);
    return [id, target];
  }

  return [
    { method: "POST", pattern: "/containers/{id}/exec", handle: create },
    { method: "POST", pattern: "/exec/{id}/start", handle: start },
    { method: "POST", pattern: "/exec/{id}/resize", handle: resize },
    { method: "GET", pattern: "/exec/{id}/json", handle: inspect },
  ];
}
