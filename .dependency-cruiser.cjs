/** Who may import whom: data flows one way, and nothing right of the timeline touches a container, a clock or the network. */
const pure = "^src/(measurement|judgement|report|exposure)/";
const touchesTheWorld = "^src/(engine|topology|probe|oracle|integrity|authoring|cli|backup-proof)/";

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "system-only-from-scenarios",
      comment: "Nothing in src/ knows a name of the system under drill.",
      severity: "error",
      from: { path: "^src/", pathNot: "\\.test\\.ts$" },
      to: { path: "^system/" },
    },
    {
      name: "pure-stays-pure",
      comment: "Old evidence can be judged and reported again, without an engine.",
      severity: "error",
      from: { path: pure, pathNot: "\\.test\\.ts$" },
      to: {
        path: [
          touchesTheWorld,
          "^src/fault/",
          "node:(child_process|net|http|https|dns|worker_threads|timers)",
        ],
        // What the oracle hands over is data, and its format is read here.
        pathNot: "^src/oracle/(oracle-evidence|lsn)\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "exposure-reads-documents",
      comment: "It judges what a document says, before anything has run.",
      severity: "error",
      from: { path: "^src/exposure/", pathNot: "\\.test\\.ts$" },
      to: {
        path: "^src/",
        pathNot:
          "^src/(exposure|timeline|measurement)/|^src/runbook/(markdown|objectives|objective-claim|documented-delays|duration)\\.ts$",
      },
    },
    {
      name: "pure-has-no-clients",
      severity: "error",
      from: { path: pure },
      to: { path: "node_modules/(pg|ioredis|dockerode|testcontainers|execa|toxiproxy-node-client)" },
    },
    {
      name: "front-ends-leave-topology-alone",
      severity: "error",
      from: { path: "^src/(cli|report)/" },
      to: { path: "^src/topology/" },
    },
    {
      name: "parts-do-not-know-the-story",
      severity: "error",
      from: {
        path: "^src/(engine|topology|fault|workload|probe|runbook|integrity|oracle|timeline|measurement|judgement|evidence|report|exposure|backup-proof)/",
      },
      to: { path: "^src/(authoring|cli|checklist)/" },
    },
    {
      name: "backup-proof-stands-alone",
      comment: "It verifies a file of anybody's: no run, no topology, no runbook is part of it.",
      severity: "error",
      from: { path: "^src/backup-proof/", pathNot: "\\.test\\.ts$|/testing/" },
      to: {
        path: "^src/",
        pathNot:
          "^src/(backup-proof|engine|integrity|evidence|report|judgement)/|^src/probe/failure-detail\\.ts$|^src/(harness-error|single-attempt)\\.ts$",
      },
    },
    {
      name: "stories-use-the-front-door",
      comment: "A scenario, drill or proof imports what is made for its author.",
      severity: "error",
      from: { path: "^(scenarios|drills)/" },
      to: { path: "^src/", pathNot: "^src/(authoring|checklist|fault)/" },
    },
    {
      name: "no-dev-dependency",
      severity: "error",
      from: { path: "^src/", pathNot: "\\.test\\.ts$|/testing/|vitest-adapter\\.ts$" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "@types" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
