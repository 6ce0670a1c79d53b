/** A line that a program prints when it failed, whatever its exit status says. Anchored: a line that only mentions an error is none. */
interface ErrorPattern {
  readonly program: string;
  readonly pattern: RegExp;
}

const errorPatterns: readonly ErrorPattern[] = [
  { program: "redis-cli", pattern: /^\(error\) \S/ },
  {
    program: "redis-cli",
    pattern:
      /^(?:NOAUTH|WRONGPASS|NOPERM|READONLY|LOADING|MISCONF|MASTERDOWN|NOREPLICAS|NOSCRIPT|CLUSTERDOWN|WRONGTYPE|EXECABORT|ERR) [A-Za-z'`]/,
  },
  { program: "redis-cli", pattern: /^(?:Could not connect to Redis at |AUTH failed: )/ },
  { program: "psql", pattern: /^(?:psql(?::\S+)?: )?(?:ERROR|FATAL|PANIC): {1,2}\S/ },
  { program: "psql", pattern: /^psql(?::\S+)?: error: / },
  {
    program: "a PostgreSQL program",
    pattern: /^(?:pg_\w+|initdb|createdb|dropdb|vacuumdb|postgres): (?:error|fatal|could not|cannot)\b/,
  },
  { program: "docker", pattern: /^Error response from daemon: / },
  { program: "docker", pattern: /^(?:Error: )?No such (?:container|network|volume|image)\b/i },
  { program: "docker", pattern: /^(?:Cannot connect to the Docker daemon|OCI runtime exec failed|Error: )/ },
  { program: "docker-compose", pattern: /^no such service: / },
  { program: "docker-compose", pattern: /^service "[^"]+" (?:is not running|has no container)/ },
  { program: "docker-compose", pattern: /^(?:no configuration file provided|validating .+: .+ is invalid)/ },
  { program: "the shell", pattern: /^(?:\/\S*\/)?(?:ba|da|z)?sh: .*: (?:command )?not found$/ },
  {
    program: "the shell",
    pattern:
      /^(?:\/\S*\/)?(?:ba|da|z)?sh: .*: (?:No such file or directory|Permission denied|unbound variable)$/,
  },
  { program: "the shell", pattern: /^(?:\/\S*\/)?(?:ba|da|z)?sh: .*(?:syntax error|unexpected EOF)/ },
  { program: "ssh", pattern: /^ssh: (?:connect to host|Could not resolve hostname) / },
  { program: "ssh", pattern: /^(?:Host key verification failed\.|\S+: Permission denied \(publickey)/ },
  { program: "curl", pattern: /^curl: \(\d+\) / },
  { program: "an HTTP server", pattern: /^HTTP\/\d(?:\.\d)? 5\d\d\b/ },
  {
    program: "gzip",
    pattern: /^(?:gzip|gunzip|zcat): .*(?:not in gzip format|unexpected end of file|No such file)/,
  },
  { program: "tar", pattern: /^tar: .*(?:Cannot |Exiting with failure|Error )/ },
  { program: "aws", pattern: /^(?:fatal error: |upload failed: |An error occurred \()/ },
  { program: "nsupdate", pattern: /^(?:update failed: |; Communication with \S+ failed)/ },
  { program: "Python", pattern: /^Traceback \(most recent call last\):$/ },
  {
    program: "a file command",
    pattern:
      /^(?:cp|mv|rm|cat|ls|sed|grep|touch|mkdir|find): .*: (?:No such file or directory|Permission denied)$/,
  },
];

export interface PrintedError {
  readonly program: string;
  /** The line as printed. */
  readonly line: string;
}

/** The first line of an output that says that something failed. */
export function findPrintedError(output: string): PrintedError | undefined {
  for (const line of output.split("\n")) {
    const printed = line.trim();
    const found = errorPatterns.find(({ pattern }) => pattern.test(printed));
    if (found !== undefined) return { program: found.program, line: printed };
  }
  return undefined;
}

/**
 * The author says in the command itself that an attempt may fail: `|| true`, a loop that goes on until something succeeds, a client
 * that retries. What was printed on the way is then no error of a command that exits 0.
 */
export function toleratesFailure(command: string): boolean {
  return (
    /\|\|\s*(?:true|:)\s*;?\s*$/.test(command) ||
    /^\s*until\s/.test(command) ||
    /\scurl\s.*--retry\b|^curl\s.*--retry\b/.test(command)
  );
}
